import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputPieces, type Piece } from '../../src/tui/terminal/input-pieces.ts';
import { mouseAction } from '../../src/tui/terminal/mouse-report.ts';

describe('a report of the mouse', () => {
  test.each([
    ['the left button', '\u001b[<0;1;1M', { type: 'press', column: 0, row: 0 }],
    ['its release', '\u001b[<0;80;24m', { type: 'release', column: 79, row: 23 }],
    ['a move with it', '\u001b[<32;12;3M', { type: 'drag', column: 11, row: 2 }],
    ['the wheel', '\u001b[<64;12;3M', { type: 'wheel-up', column: 11, row: 2 }],
    ['the wheel with Shift held', '\u001b[<69;12;3M', { type: 'wheel-down', column: 11, row: 2 }],
    ['the left button, in the old form', '\u001b[M !!', { type: 'press', column: 0, row: 0 }],
    ['a release, in the old form', '\u001b[M#\u00ff!', { type: 'release', column: 222, row: 0 }],
    ['the wheel, in the old form', '\u001b[Ma!"', { type: 'wheel-down', column: 0, row: 1 }],
  ])('tells of %s', (_, report, action) => {
    expect(mouseAction(report)).toEqual(action);
  });

  test.each([
    ['the right button', '\u001b[<2;1;1M'],
    ['the middle button', '\u001b[<1;1;1m'],
    ['the wheel to the side', '\u001b[<66;1;1M'],
    ['a move without a button', '\u001b[<35;1;1M'],
    ['a place that no screen has', '\u001b[<0;0;1M'],
    ['a place beyond all numbers', '\u001b[<0;99999999999999999999;1M'],
    ['nothing that can be understood', '\u001b[<;;M'],
    ['a place beyond what the old form can tell', '\u001b[M \u0000!'],
    ['an answer', '\u001b]11;rgb:0/0/0\u0007'],
    ['the focus', '\u001b[I'],
  ])('says nothing to the dashboard if it is of %s', (_, report) => {
    expect(mouseAction(report)).toBeNull();
  });
});

const shown = (pieces: readonly Piece[], kind: Piece['kind']): string =>
  Buffer.concat(pieces.flatMap((piece) => (piece.kind === kind ? [piece.bytes] : []))).toString();

test('reports of the mouse never get among what is typed, however the reads are cut', () => {
  const number = fc.oneof(fc.nat(300), fc.bigInt({ min: 0n, max: 10n ** 40n }));
  const byte = fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code));
  const report = fc.oneof(
    fc.tuple(number, number, number, fc.constantFrom('M', 'm')).map(([code, column, row, end]) => {
      return `\u001b[<${code};${column};${row}${end}`;
    }),
    fc.tuple(byte, byte, byte).map((bytes) => `\u001b[M${bytes.join('')}`),
  );
  const typed = fc.string({ unit: fc.constantFrom(...'jkq/M<[;0 äé日😀\r\t'), maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(typed, report)), fc.array(fc.nat(2_000)), (parts, cuts) => {
      const keys = parts.map(([text]) => text).join('');
      const bytes = Buffer.concat(
        parts.flatMap(([text, between]) => [Buffer.from(text), Buffer.from(between, 'latin1')]),
      );
      const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted(
        (a, b) => a - b,
      );
      const pieces = new InputPieces();
      const read = edges.slice(1).flatMap((edge, at) => pieces.take(bytes.subarray(edges[at], edge)));
      expect(shown([...read, ...pieces.release()], 'typed')).toBe(keys);
      const reports = read.flatMap(({ kind, bytes: own }) =>
        kind === 'report' ? [own.toString('latin1')] : [],
      );
      expect(reports).toEqual(parts.map(([, between]) => between));
    }),
  );
});

test.each([
  ['another report', '\u001b[<64;1;1M', ''],
  ['a key', 'q', 'q'],
  ['an arrow', '\u001b[A', '\u001b[A'],
])('a report without its end is not typed: %s follows', (_, next, typed) => {
  const pieces = new InputPieces();
  const read = ['\u001b[<0;1', next].flatMap((text) => pieces.take(Buffer.from(text)));
  expect(shown(read, 'typed')).toBe(typed);
});

test('a report that comes late, after its Escape has been taken for the key, is not typed', () => {
  const pieces = new InputPieces();
  pieces.take(Buffer.from('\u001b'));
  expect(shown(pieces.release(), 'typed')).toBe('\u001b');
  const late = pieces.take(Buffer.from('[<64;10;5Mj'));
  expect([shown(late, 'report'), shown(late, 'typed')]).toEqual(['\u001b[<64;10;5M', 'j']);
});
