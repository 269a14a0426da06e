import { describe, expect, test } from 'vitest';
import { PsProcessTable, parsePsRow } from '../../../../src/runtime/engines/process/ps-process-table.ts';

describe('a row of ps', () => {
  test.each([
    ['0:00.01', 0.01],
    ['1:02.50', 62.5],
    ['754:03.21', 45_243.21],
    ['01:02:03', 3723],
    ['2-03:04:05', 183_845],
  ])('has a time: %s', (time, seconds) => {
    expect(parsePsRow(`  501   1   501   2432 ${time}`)?.cpu).toBeCloseTo(seconds, 6);
  });

  test('has its numbers, and memory in kibibytes', () => {
    expect(parsePsRow('  501    17 499  2432   0:01.25 ')).toEqual({
      pid: 501,
      parentPid: 17,
      group: 499,
      session: 499,
      startTime: null,
      cpu: 1.25,
      waitedCpu: 0,
      memory: 2432 * 1024,
    });
  });

  test.each(['', '  PID  PPID', 'ps: unknown option'])('is no other line: %j', (line) => {
    expect(parsePsRow(line)).toBe(null);
  });
});

describe.runIf(process.platform !== 'win32')('the table that ps gives', () => {
  test('has this process, with its memory and its command', async () => {
    const table = new PsProcessTable();
    const own = (await table.rows()).find(({ pid }) => pid === process.pid);
    expect(own?.parentPid).toBe(process.ppid);
    expect(own?.memory).toBeGreaterThan(20e6);
    // Nobody has the second pid.
    expect(await table.commands([process.pid, 2 ** 22 + 1])).toEqual(
      new Map([[process.pid, expect.stringContaining('node')]]),
    );
  });
});
