import { expect, test } from 'vitest';
import { TreeTotals } from '../../../../src/runtime/engines/process/tree-totals.ts';
import type { ProcCounters } from '../../../../src/runtime/process-tree/proc-details.ts';

const NOTHING: ProcCounters = {
  ...{ user: 0, system: 0, minorFaults: 0, majorFaults: 0 },
  ...{ voluntary: 0, involuntary: 0, read: 0, written: 0 },
};

const row = (
  pid: number,
  parentPid: number,
  own: Partial<ProcCounters>,
  waited: Partial<ProcCounters> = {},
) => ({
  ...{ pid, parentPid, startTime: 1 },
  own: { ...NOTHING, ...own },
  waited: { ...NOTHING, ...waited },
});

test('the first look has the whole life of a tree, and the next ones what has come since', () => {
  const totals = new TreeTotals();
  expect(totals.take([row(1, 0, { user: 5 }, { user: 10 }), row(2, 1, { user: 3 })]).user).toBe(18);
  expect(totals.take([row(1, 0, { user: 6 }, { user: 10 }), row(2, 1, { user: 7 })]).user).toBe(23);
});

test('a child that ends between two looks counts once: its parent has inherited its time', () => {
  const totals = new TreeTotals();
  totals.take([row(1, 0, { user: 5 }), row(2, 1, { user: 3 })]);
  expect(totals.take([row(1, 0, { user: 5 }, { user: 4 })]).user).toBe(9);
});

test('a grandchild whose parent is gone as well is inherited by the nearest that is there', () => {
  const totals = new TreeTotals();
  totals.take([row(1, 0, {}), row(2, 1, { user: 1 }), row(3, 2, { user: 10 })]);
  expect(totals.take([row(1, 0, {}, { user: 12 })]).user).toBe(12);
});

test('a child whose parent does not wait takes nothing away', () => {
  const totals = new TreeTotals();
  totals.take([row(1, 0, { user: 5 }), row(2, 1, { user: 3 })]);
  expect(totals.take([row(1, 0, { user: 6 })]).user).toBe(9);
});

test('bytes, which the kernel adds to those of the parent, count once', () => {
  const totals = new TreeTotals();
  totals.take([row(1, 0, { read: 100 }), row(2, 1, { read: 1_000 })]);
  expect(totals.take([row(1, 0, { read: 1_300 })]).read).toBe(1_300);
});

test('a pid that another process has by now begins anew', () => {
  const totals = new TreeTotals();
  totals.take([row(1, 0, { user: 5 }), row(2, 1, { user: 3 })]);
  const other = { ...row(2, 1, { user: 1 }), startTime: 2 };
  expect(totals.take([row(1, 0, { user: 5 }, { user: 3 }), other]).user).toBe(9);
});
