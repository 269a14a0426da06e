import { describe, expect, test } from 'vitest';
import { watchLog } from '../../../src/runtime/probes/log-watcher.ts';

const matchesOf = (
  pattern: string | RegExp,
  lines: readonly string[],
  within?: readonly number[],
): number => {
  let matches = 0;
  const onMatch = () => {
    matches += 1;
  };
  const feed = watchLog(pattern, onMatch, undefined, within);
  for (const line of lines) feed(Buffer.from(line));
  return matches;
};

test('a string is looked for inside a line, as it is written', () => {
  expect(matchesOf('ready (1.5)', ['starting', 'now ready (1.5) to serve'])).toBe(1);
  expect(matchesOf('ready (1.5)', ['ready (1x5)', 'Ready (1.5)'])).toBe(0);
});

test('a RegExp is matched against a line', () => {
  expect(matchesOf(/listening on port \d+$/, ['listening on port 3000'])).toBe(1);
  expect(matchesOf(/listening on port \d+$/, ['listening on port 3000 soon'])).toBe(0);
});

test('only the first match calls back', () => {
  expect(matchesOf(/ready/, ['ready', 'ready', 'ready'])).toBe(1);
});

test('the flags g and y do not make a match depend on earlier lines', () => {
  const used = /ready/g;
  used.test('ready ready');
  expect(matchesOf(used, ['ready'])).toBe(1);
  expect(used.lastIndex).toBe(5);
  expect(matchesOf(/ready/y, ['not ready', 'ready'])).toBe(1);
  expect(matchesOf(/ready/y, ['not ready'])).toBe(0);
});

test('colours do not stand in the way', () => {
  expect(matchesOf('server ready', ['\u001B[32mserver\u001B[0m \u001B[1mready\u001B[22m'])).toBe(1);
  expect(matchesOf(/^ready$/, ['\u001B[32mready\u001B[0m'])).toBe(1);
});

test('a pattern that wants the colour codes is given them', () => {
  expect(matchesOf('\u001B[32mready', ['\u001B[32mready\u001B[0m'])).toBe(1);
});

test('the carriage return of a pseudo-terminal is no part of the line', () => {
  expect(matchesOf(/ready$/, ['ready\r'])).toBe(1);
});

test('a line that is not valid UTF-8 is still searched', () => {
  let matched = false;
  const feed = watchLog('ready', () => {
    matched = true;
  });
  feed(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('ready')]));
  expect(matched).toBe(true);
});

test('characters outside ASCII are matched', () => {
  expect(matchesOf('sluší: připraven ✅', ['server sluší: připraven ✅'])).toBe(1);
});

describe('a pattern that backtracks for ever', () => {
  const evil = /^(a+)+$/;
  const line = Buffer.from(`${'a'.repeat(50)}b`);
  const within = [20, 200];

  test('holds nobody up for long, and is given up with a word', () => {
    let [matched, tooSlow] = [0, 0];
    const feed = watchLog(
      evil,
      () => {
        matched += 1;
      },
      () => {
        tooSlow += 1;
      },
      within,
    );
    for (let fed = 0; fed < 100; fed += 1) feed(line);
    expect([matched, tooSlow]).toEqual([0, 1]);
  });

  test('still matches what it can', () => {
    expect(matchesOf(evil, [line.toString(), 'aaaa'], within)).toBe(1);
  });
});
