import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputPieces, type Piece } from '../../src/tui/terminal/input-pieces.ts';

/** What comes of reads of the terminal, each piece as `kind: text`, neighbors of a kind as one. */
const read = (...reads: readonly string[]): readonly string[] => {
  const pieces = new InputPieces();
  return shown(reads.flatMap((text) => pieces.take(Buffer.from(text, 'latin1'))));
};

const shown = (pieces: readonly Piece[]): readonly string[] => {
  const joined: { kind: string; text: string }[] = [];
  for (const { kind, bytes } of pieces) {
    const last = joined.at(-1);
    if (last?.kind === kind && kind !== 'report') last.text += bytes.toString('latin1');
    else joined.push({ kind, text: bytes.toString('latin1') });
  }
  return joined.map(({ kind, text }) => `${kind}: ${text.replaceAll('\u001b', 'ESC')}`);
};

describe('what the terminal reports by itself is told from keys', () => {
  test.each([
    ['an answer that ends with ST', 'a\u001b]11;rgb:ff/ff/ff\u001b\\q', ']11;rgb:ff/ff/ffESC\\'],
    ['an answer that ends with BEL', 'a\u001b]11;rgb:ff/ff/ff\u0007q', ']11;rgb:ff/ff/ff\u0007'],
    ['a click', 'a\u001b[<0;12;3Mq', '[<0;12;3M'],
    ['a click far away', 'a\u001b[<0;1234567;98765432mq', '[<0;1234567;98765432m'],
    ['a click in the old form', 'a\u001b[M \u00ff!q', '[M \u00ff!'],
    ['the focus', 'a\u001b[Iq', '[I'],
    ['its status', 'a\u001b[0nq', '[0n'],
  ])('%s', (_, text, report) => {
    expect(read(text)).toEqual(['typed: a', `report: ESC${report}`, 'typed: q']);
  });

  test.each([
    ['an arrow', '\u001b[A'],
    ['a function key', '\u001b[24~'],
    ['Alt and a letter', '\u001bx'],
    ['Alt and a bracket, and text', '\u001b]q'],
    ['the position of the cursor', '\u001b[1;1R'],
    ['umlauts', Buffer.from('äöü').toString('latin1')],
  ])('%s is typed', (_, text) => {
    expect(read(`${text}.`)).toEqual([`typed: ${text.replaceAll('\u001b', 'ESC')}.`]);
  });

  test('an Escape alone is held back until it is known that nothing belongs to it', () => {
    const pieces = new InputPieces();
    expect(shown(pieces.take(Buffer.from('a\u001b')))).toEqual(['typed: a']);
    expect(pieces.isUnsure).toBe(true);
    expect(shown(pieces.release())).toEqual(['typed: ESC']);
    expect(pieces.isUnsure).toBe(false);
  });

  test('an answer over a slow connection is awaited for any time', () => {
    const pieces = new InputPieces();
    expect(pieces.take(Buffer.from('\u001b]11;rgb:'))).toEqual([]);
    expect(pieces.isUnsure).toBe(false);
  });

  test('an answer that never ends is typed in the end', () => {
    expect(read(`\u001b]11;${'1'.repeat(5_000)}q`)).toEqual([`typed: ESC]11;${'1'.repeat(5_000)}q`]);
  });
});

test('a paste is text, whatever is in it', () => {
  expect(read('a\u001b[200~x\u001b[<0;1;1My\u001d\u001b[201~q')).toEqual([
    'typed: a',
    'paste-edge: ESC[200~',
    'pasted: xESC[<0;1;1My\u001d',
    'paste-edge: ESC[201~',
    'typed: q',
  ]);
});

test('no byte is lost or moved, and the pieces are the same, however the reads are cut', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4 }).map((text) => Buffer.from(text).toString('latin1')),
    fc.constantFrom(
      '\u001b',
      '\u001b[',
      '\u001b[A',
      '\u001b[<0;3;4M',
      '\u001b[<64;3',
      '\u001b[M!!!',
      '\u001b]',
    ),
    fc.constantFrom(
      '\u001b]11;rgb:0/0/0\u0007',
      '\u001b]11;x\u001b\\',
      '\u001b[200~',
      '\u001b[201~',
      '\u001b[I',
      '\u001b[0n',
    ),
  );
  fc.assert(
    fc.property(fc.array(part), fc.array(fc.nat(60)), (parts, cuts) => {
      const text = parts.join('');
      const edges = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].toSorted((a, b) => a - b);
      const reads = edges.slice(1).map((edge, at) => text.slice(edges[at], edge));
      const [whole, split] = [new InputPieces(), new InputPieces()];
      const once = [...whole.take(Buffer.from(text, 'latin1')), ...whole.release()];
      const often = [...reads.flatMap((one) => split.take(Buffer.from(one, 'latin1'))), ...split.release()];
      expect(shown(often)).toEqual(shown(once));
      expect(Buffer.concat(once.map(({ bytes }) => bytes)).toString('latin1')).toBe(text);
    }),
  );
});
