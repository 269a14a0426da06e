import { describe, expect, test } from 'vitest';
import { measureUsage } from '../../../../src/runtime/engines/process/measure-usage.ts';
import { row } from './support.ts';

const cpu = (before: Parameters<typeof measureUsage>[0], now: Parameters<typeof measureUsage>[1]): number =>
  measureUsage(before, now, 2).cpu;

describe('the use of a tree between two looks', () => {
  test('adds up memory and processes as they are now', () => {
    const now = [row(10, { memory: 3000 }), row(11, { parentPid: 10, memory: 500 })];
    expect(measureUsage([row(10, { memory: 9 })], now, 1)).toEqual({ cpu: 0, memory: 3500, processes: 2 });
  });

  test('is in cores', () => {
    expect(cpu([row(10, { cpu: 5 })], [row(10, { cpu: 8 })])).toBe(1.5);
  });

  test('takes in whole what was started meanwhile', () => {
    const child = row(11, { parentPid: 10, cpu: 1 });
    expect(cpu([row(10, { cpu: 5 })], [row(10, { cpu: 5 }), child])).toBe(0.5);
  });

  test('takes in what was started and has ended meanwhile, once its parent has waited for it', () => {
    expect(cpu([row(10)], [row(10, { waitedCpu: 3 })])).toBe(1.5);
  });

  test('does not count again what its parent has waited for', () => {
    const before = [row(10), row(11, { parentPid: 10, cpu: 40, waitedCpu: 2 })];
    expect(cpu(before, [row(10, { waitedCpu: 43 })])).toBe(0.5);
  });

  test('does not count again what has gone together with its parent', () => {
    const before = [row(10), row(11, { parentPid: 10, cpu: 1 }), row(12, { parentPid: 11, cpu: 40 })];
    expect(cpu(before, [row(10, { waitedCpu: 42 })])).toBe(0.5);
  });

  test('is not lessened by a daemon that has gone, for which nobody in the tree waits', () => {
    const before = [row(10, { waitedCpu: 1 }), row(11, { parentPid: 1, cpu: 40 })];
    expect(cpu(before, [row(10, { waitedCpu: 3 })])).toBe(1);
  });

  test('is not lessened by a child that nobody waits for', () => {
    const before = [row(10, { cpu: 1 }), row(11, { parentPid: 10, cpu: 40 })];
    expect(cpu(before, [row(10, { cpu: 2 })])).toBe(0.5);
  });

  test('begins anew with a new instance', () => {
    expect(cpu([row(10, { cpu: 40 })], [row(20, { cpu: 1 })])).toBe(0.5);
  });

  test('begins anew with a pid that was used again', () => {
    const before = [row(10), row(11, { parentPid: 10, cpu: 40 })];
    const again = row(11, { parentPid: 10, startTime: 7, cpu: 1 });
    expect(cpu(before, [row(10, { waitedCpu: 40 }), again])).toBe(0.5);
  });
});
