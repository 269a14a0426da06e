import { describe, expect, test } from 'vitest';
import { parseStat } from '../../../src/runtime/process-tree/proc-table.ts';

const stat = (name: string, state = 'S', threads = 3): string =>
  `4242 (${name}) ${state} 17 4242 4200 34816 4250 4194560 901 5 0 0 31 12 7 5 20 0 ${threads} 0 123456 10489856 640 18446744073709551615 1 1 0`;

describe('a line of /proc/<pid>/stat', () => {
  test.each(['node', 'tmux: server', 'a) S 1 1 1 (b', ')', '(sd-pam)', '', 'new\nline'])(
    'is read whatever the name: %j',
    (name) => {
      expect(parseStat(4242, stat(name))).toEqual({
        pid: 4242,
        name,
        state: 'S',
        threads: 3,
        ppid: 17,
        group: 4242,
        session: 4200,
        startTime: 123456,
        ticks: 43,
        waitedTicks: 12,
        residentPages: 640,
      });
    },
  );

  test('of one that is dead is as good as none', () => {
    expect(parseStat(4242, stat('node', 'Z', 1))).toBe(null);
    expect(parseStat(4242, stat('node', 'Z', 0))).toBe(null);
    expect(parseStat(4242, stat('node', 'X'))).toBe(null);
  });

  test('of one whose first thread has ended counts while others run: they hold its sockets', () => {
    expect(parseStat(4242, stat('node', 'Z', 2))).toMatchObject({ state: 'Z', threads: 2 });
  });

  test('of one that went while it was read is as good as none', () => {
    expect(parseStat(4242, '')).toBe(null);
  });
});
