import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LINE_LIMIT, LineAssembler } from '../../src/logs/line-assembler.ts';

/** Passes chunks through one memory, as a reader of pipes does. */
const assembled = (chunks: readonly string[]): readonly (readonly [string, boolean])[] => {
  const blocks: (readonly [string, boolean])[] = [];
  const lines = new LineAssembler((block, partial) => blocks.push([block.toString('latin1'), partial]));
  const memory = Buffer.alloc(Math.max(...chunks.map(({ length }) => length), 0));
  for (const chunk of chunks) {
    memory.write(chunk, 'latin1');
    lines.push(memory.subarray(0, chunk.length));
    memory.fill('?');
  }
  lines.finish();
  return blocks;
};

describe('lines', () => {
  test('come whole, in order and with every byte, wherever the output is cut', () => {
    const chunk = fc.array(fc.constantFrom('a', 'bc', '\n', '-'.repeat(300)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 8 }), (pieces) => {
        const chunks = pieces.map((piece) => piece.join(''));
        const blocks = assembled(chunks);
        expect(blocks.map(([text]) => text).join('')).toBe(chunks.join(''));
        for (const [text, partial] of blocks.slice(0, -1))
          expect([text.endsWith('\n'), partial]).toEqual([true, false]);
      }),
    );
  });

  test('that are too long come in pieces of one size, and their end is the last piece', () => {
    const long = 'x'.repeat(2 * LINE_LIMIT + 10);
    expect(assembled(['a\n', long, `${'y'.repeat(LINE_LIMIT)}\nb\n`])).toEqual([
      ['a\n', false],
      ['x'.repeat(LINE_LIMIT), true],
      ['x'.repeat(LINE_LIMIT), true],
      [`${'x'.repeat(10)}${'y'.repeat(LINE_LIMIT - 10)}`, true],
      [`${'y'.repeat(10)}\n`, false],
      ['b\n', false],
    ]);
  });
});
