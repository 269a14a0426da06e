import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { cleanLine } from '../../src/tui/text/clean-line.ts';
import { prose } from '../../src/tui/text/prose.ts';
import {
  cut,
  filled,
  filledWithDots,
  highlight,
  plainOf,
  render,
  type Styled,
  wrap,
} from '../../src/tui/text/styled.ts';
import { isPlain } from '../../src/tui/text/width.ts';
import { anyText } from '../support/any-text.ts';
import { inFull } from '../support/in-full.ts';

const clean = (text: string, colors = true) => render(cleanLine(Buffer.from(text), colors), true);

describe("a process's line", () => {
  test.each([
    ['keeps its colours', '\u001b[1;31mred\u001b[0m plain', '\u001b[1;31mred\u001b[0m plain'],
    [
      'of 256 colours, and of millions',
      '\u001b[38;5;208ma\u001b[48;2;1;2;3mb',
      '\u001b[38;5;208ma\u001b[0m\u001b[38;5;208;48;2;1;2;3mb\u001b[0m',
    ],
    ['loses a colour that it ends', '\u001b[31ma\u001b[39mb', '\u001b[31ma\u001b[0mb'],
    ['has spaces for tabs', 'a\tb\t\tc', 'a       b               c'],
    ['that writes over itself shows the newest', '10%\r50%\r100%', '100%'],
    ['that ends with a carriage return shows what is before it', 'done\r', 'done'],
    ['cannot clear the screen', 'a\u001b[2J\u001b[Hb', 'ab'],
    ['cannot leave the alternate screen', 'a\u001b[?1049lb', 'ab'],
    [
      'cannot name the window or write to the clipboard',
      'a\u001b]0;title\u0007\u001b]52;c;eA==\u001b\\b',
      'ab',
    ],
    ['cannot ring', 'a\u0007b', 'ab'],
    ['cannot send control strings', 'a\u001bPq#0\u001b\\b', 'ab'],
    ['cannot use the short control characters', 'a\u009b2Jb\u009d0;x\u009cc', 'abc'],
    ['cannot turn the order of letters around', 'a\u202eb', 'ab'],
    ['that is cut in a sequence loses its end', 'a\u001b[3', 'a'],
  ])('%s', (_, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test.each([
    [
      'as it came',
      '\u001b]8;;http://a/\u001b\\here\u001b]8;;\u001b\\.',
      '\u001b]8;;http://a/\u001b\\here\u001b]8;;\u001b\\.',
    ],
    [
      'with an id',
      '\u001b]8;id=1;https://a/\u0007here',
      '\u001b]8;;https://a/\u001b\\here\u001b]8;;\u001b\\',
    ],
    [
      'in the short form',
      '\u009d8;;file:///a\u009chere',
      '\u001b]8;;file:///a\u001b\\here\u001b]8;;\u001b\\',
    ],
    [
      'in color',
      '\u001b]8;;http://a/\u0007a\u001b[31mb\u001b]8;;\u0007c',
      '\u001b]8;;http://a/\u001b\\a\u001b]8;;\u001b\\\u001b]8;;http://a/\u001b\\\u001b[31mb\u001b[0m\u001b]8;;\u001b\\\u001b[31mc\u001b[0m',
    ],
  ])('keeps its links: one %s', (_, text, shown) => {
    expect(clean(text)).toBe(shown);
  });

  test.each([
    ['to a program of the machine', '\u001b]8;;javascript:alert(1)\u0007here'],
    ['to an app', '\u001b]8;;vscode://file/etc/passwd\u0007here'],
    ['with a space in it', '\u001b]8;;http://a/ b\u0007here'],
    ['with another alphabet in it', '\u001b]8;;http://ä/\u0007here'],
    ['that goes on for ever', `\u001b]8;;http://${'a'.repeat(5_000)}\u0007here`],
    ['that ends nowhere', 'here\u001b]8;;http://a/'],
  ])('has no link %s', (_, text) => {
    expect(clean(text)).toBe('here');
  });

  test('has no colours where none are wanted', () => {
    expect(clean('\u001b[31mred\u001b[0m', false)).toBe('red');
  });

  test('of any bytes is printable text and colours', () => {
    const pieces = fc.array(
      fc.oneof(
        anyText(),
        fc.constantFrom(
          '\u001b',
          '[',
          '31m',
          ']0;',
          '\u0007',
          '\u009b',
          'P',
          '\\',
          '\t',
          '\r',
          '2J',
          '?1049h',
          '日本',
          '👩‍👩‍👧',
        ),
      ),
    );
    fc.assert(
      fc.property(pieces, (texts) => {
        const plain = plainOf(cleanLine(Buffer.from(texts.join('')), true));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left.
        expect(plain).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
      { numRuns: inFull ? 100 : 25 },
    );
  });
});

const someText = fc
  .array(
    fc.tuple(
      fc.constantFrom('', '\u001b[31m', '\u001b[1;4m'),
      fc.string({ unit: fc.constantFrom('a', ' ', '日', 'é', '👍', 'x') }),
      fc.constantFrom({}, { link: 'http://a/' }),
    ),
  )
  .map((spans) => spans.map(([style, text, link]) => ({ style, text, ...link })));
const width = fc.integer({ min: 1, max: 40 });

const drawn = (text: Styled): string => render(text, true);

describe('text in columns', () => {
  test('is cut to any width, from anywhere', () => {
    fc.assert(
      fc.property(someText, fc.nat(30), width, (text, from, columns) => {
        expect(stringWidth(drawn(cut(text, from, columns)))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('is filled up to exactly its width', () => {
    fc.assert(
      fc.property(someText, width, (text, columns) => {
        expect(stringWidth(drawn(filled(text, columns)))).toBe(columns);
        expect(stringWidth(drawn(filledWithDots(text, columns)))).toBe(columns);
      }),
    );
  });

  test('loses nothing by being wrapped', () => {
    fc.assert(
      fc.property(someText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
        const rows = wrap(text, columns);
        expect(rows.map(plainOf).join('')).toBe(plainOf(text));
        for (const row of rows) expect(stringWidth(drawn(row))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  test('is the same text when parts of it stand out', () => {
    const ranges = [
      [1, 3],
      [4, 9],
    ] as const;
    fc.assert(
      fc.property(someText, (text) => {
        const out = drawn(highlight(text, ranges, '\u001b[7m'));
        expect(stripVTControlCharacters(out)).toBe(plainOf(text));
      }),
    );
  });

  test('is broken between words where it can be', () => {
    const rows = (text: string, width: number) => prose(text, width).map(plainOf);
    expect(rows('Its last run was killed, 3s ago.', 12)).toEqual(['Its last run', 'was killed,', '3s ago.']);
    expect(rows('  12 node https://localhost/a', 10)).toEqual(['  12 node', 'https://lo', 'calhost/a']);
    expect(rows('日本 語', 4)).toEqual(['日本', '語']);
    expect(rows('', 4)).toEqual(['']);
  });

  test('has half a wide character replaced by a space', () => {
    expect(render(cut([{ text: '日本語', style: '' }], 1, 4))).toBe(' 本 ');
  });
});

test('every character that is not measured takes one column', () => {
  const characters = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).filter(isPlain);
  expect(characters.length).toBeGreaterThan(250);
  expect(characters.filter((character) => stringWidth(character) !== 1)).toEqual([]);
  expect(['e\u0301', '\u2190\ufe0f', '\u25b6', '日', '\t'].filter(isPlain)).toEqual([]);
});
