import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../../src/cli/mcp/cursor.ts';
import { errorLines } from '../../../src/cli/mcp/error-lines.ts';
import type { LogLineJson } from '../../../src/control/protocol.ts';

const lines = (...texts: string[]): LogLineJson[] =>
  texts.map((line, at) => ({
    type: 'log',
    seq: at,
    process: 'web',
    stream: 'stdout',
    time: `2026-01-01T00:00:0${at}.000Z`,
    line,
  }));

describe('lines that tell of errors', () => {
  test.each([
    ['Error: no'],
    ['TypeError: x is not a function'],
    ['2026-01-01 ERROR [web] it broke'],
    ['connect ECONNREFUSED 127.0.0.1:5432'],
    ['panic: runtime error'],
    ['Traceback (most recent call last):'],
    ['\u001b[31merror\u001b[0m in ./src/a.ts'],
    ['npm ERR! missing script'],
    ['permission denied'],
  ])('%j is one', (text) => expect(errorLines(lines(text))).toHaveLength(1));

  test.each([['GET / 200'], ['ready in 300 ms'], ['terrors of the deep'], ['    at main (a.js:1:1)'], ['']])(
    '%j is none',
    (text) => expect(errorLines(lines(text))).toEqual([]),
  );

  test('that differ in numbers and ids are told once, the newest of them, with their count', () => {
    const told = errorLines(
      lines(
        'Error: request 1 of 0f8fad5b-d9cb-469f-a165-70867728950e failed',
        'fine',
        'Error: request 27 of 7c9e6679-7425-40de-944b-e07fc1f90ae7 failed',
        'Error: other',
      ),
    );
    expect(told).toEqual([
      {
        process: 'web',
        line: 'Error: request 27 of 7c9e6679-7425-40de-944b-e07fc1f90ae7 failed',
        count: 2,
        first: '2026-01-01T00:00:00.000Z',
        last: '2026-01-01T00:00:02.000Z',
      },
      expect.objectContaining({ line: 'Error: other', count: 1 }),
    ]);
  });

  test('are bounded, in number and in length', () => {
    const many = lines(
      ...Array.from({ length: 100 }, (_, at) => `Error: ${'x'.repeat(at + 1)}${'y'.repeat(10_000)}`),
    );
    const told = errorLines(many);
    expect(told).toHaveLength(30);
    for (const { line } of told) expect(line.length).toBeLessThanOrEqual(301);
  });
});

describe('a cursor', () => {
  test('is read as it was written', () => {
    const cursor = { runId: 'ea732e11', event: 12, log: 3456 };
    expect(readCursor(writeCursor(cursor))).toEqual(cursor);
  });

  test.each([[''], ['x'], ['ea732e11.1'], ['ea732e11.1.2.3'], ['ea732e11.-1.2'], ['../x.1.2']])(
    '%j is none',
    (text) => expect(readCursor(text)).toBeNull(),
  );
});
