import { describe, expect, test } from 'vitest';
import { isDead, parseStat } from '../../../src/runtime/process-tree/proc-table.ts';

const stat = (name: string, state = 'S', threads = 3): string =>
  `4242 (${name}) ${state} 17 4242 4200 34816 4250 4194560 901 5 0 0 31 12 7 5 20 0 ${threads} 0 123456 10489856 640 18446744073709551615 1 1 0`;

describe('a line of /proc/<pid>/stat', () => {
  test.each(['node', 'tmux: server', 'a) S 1 1 1 (b', ')', '(sd-pam)', '', 'new\nline'])(
    'is read whatever the name: %j',
    (name) => {
      expect(parseStat(stat(name))).toEqual({
        pid: 4242,
        name,
        state: 'S',
        threads: 3,
        ppid: 17,
        group: 4242,
        session: 4200,
        terminal: 34816,
        foregroundGroup: 4250,
        startTime: 123456,
        ticks: 43,
        waitedTicks: 12,
        residentPages: 640,
      });
    },
  );

  test('is null for a process that went while it was read', () => {
    expect(parseStat('')).toBe(null);
  });
});

test('a process is dead when it is a zombie without other threads, which would hold its sockets', () => {
  expect(isDead({ state: 'Z', threads: 1 })).toBe(true);
  expect(isDead({ state: 'Z', threads: 0 })).toBe(true);
  expect(isDead({ state: 'X', threads: 1 })).toBe(true);
  expect(isDead({ state: 'Z', threads: 2 })).toBe(false);
  expect(isDead({ state: 'S', threads: 1 })).toBe(false);
});
