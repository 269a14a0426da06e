import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linePrefixer } from '../../src/report/line-prefixer.ts';
import { prefixLines } from '../../src/report/prefix-lines.ts';

const written = (block: Buffer, prefix: string, partial = false): string => {
  let text = '';
  prefixLines(block, prefix, partial, (bytes) => {
    text += bytes.toString('latin1');
  });
  return text;
};

const expected = (text: string, prefix: string): string =>
  text
    .split('\n')
    .map((line) => `${prefix}${line}\n`)
    .join('');

/** Lines of about the given length, up to a size where any way of writing them is taken. */
const lines = fc
  .tuple(fc.nat(400), fc.integer({ min: 0, max: 200_000 }), fc.constantFrom('é', 'x', '|'))
  .map(([length, bytes, filling]) => {
    const texts: string[] = [];
    for (let size = 0; size <= bytes; size += texts.at(-1)?.length ?? 0)
      texts.push(`${texts.length}${filling.repeat((length + texts.length) % 401)}\n`);
    return texts.join('').slice(0, -1);
  });

const prefixes = fc.integer({ min: 1, max: 60 }).map((length) => `${'p'.repeat(length)} | `);

describe('the prefixes of lines', () => {
  test('stand before every line of a block, however long lines, block and prefix are', () => {
    expect(linePrefixer()).not.toBeNull();
    fc.assert(
      fc.property(lines, prefixes, (text, prefix) => {
        expect(written(Buffer.from(`${text}\n`, 'latin1'), prefix)).toBe(expected(text, prefix));
      }),
      { numRuns: 200 },
    );
  });

  test('stand before every one of 200,000 empty lines', () => {
    const text = '\n'.repeat(199_999);
    expect(written(Buffer.from(`${text}\n`), 'web | ')).toBe(expected(text, 'web | '));
  });

  test('stand once before a line that is as long as any block, and that line is ended', () => {
    for (const bytes of [10, 65_535, 65_536, 65_537, 300_000])
      expect(written(Buffer.alloc(bytes, 'x'), 'web | ', true)).toBe(`web | ${'x'.repeat(bytes)}\n`);
  });

  test('may be longer than any name', () => {
    const prefix = `${'p'.repeat(2_000)} | `;
    const text = `${'line\n'.repeat(2_000)}end`;
    expect(written(Buffer.from(`${text}\n`), prefix)).toBe(expected(text, prefix));
  });
});
