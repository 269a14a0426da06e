import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TerminalNewlines } from '../../src/logs/terminal-newlines.ts';

const read = (...chunks: string[]): string => {
  const newlines = new TerminalNewlines();
  return chunks.map((chunk) => newlines.read(Buffer.from(chunk, 'latin1')).toString('latin1')).join('');
};

describe('the newlines of a terminal', () => {
  test('lose their carriage return, and a carriage return alone stays', () => {
    expect(read('one\r\ntwo\r\n 50%\r100%\r\n\r\r\n\n')).toBe('one\ntwo\n 50%\r100%\n\r\n\n');
  });

  test('are the same wherever the output is cut', () => {
    const output = fc.array(fc.constantFrom('\r', '\n', 'x', '\xff'), { maxLength: 12 });
    const cut = fc.tuple(output, fc.nat(12), fc.nat(12));
    fc.assert(
      fc.property(cut, ([bytes, first, second]) => {
        const text = bytes.join('');
        const [from, to] = [Math.min(first, second), Math.max(first, second)];
        const end = 'end';
        expect(read(text.slice(0, from), text.slice(from, to), text.slice(to), end)).toBe(
          `${text}${end}`.replaceAll('\r\n', '\n'),
        );
      }),
    );
  });

  test('leave the bytes that were read as they are', () => {
    const source = Buffer.from('first\r\n');
    new TerminalNewlines().read(source);
    expect(source.toString()).toBe('first\r\n');
  });
});
