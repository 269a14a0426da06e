import { expect, test } from 'vitest';
import { ProportionalMemory } from '../../../../src/runtime/engines/process/proportional-memory.ts';

/** A machine on which a figure takes `takes` milliseconds. */
const machine = (takes: number) => {
  let at = 0;
  const read: number[] = [];
  const memory = new ProportionalMemory(
    () => at,
    (pid) => {
      read.push(pid);
      at += takes;
      return pid * 100;
    },
  );
  return { memory, read, pass: (ms: number) => (at += ms) };
};

const process = (pid: number, startTime = 1) => ({ pid, startTime });
const PAIR = [process(1), process(2)];

test('a figure is read every ten seconds', () => {
  const { memory, read, pass } = machine(0);
  memory.look(PAIR);
  pass(9_999);
  memory.look(PAIR);
  expect([read, memory.of([1, 2])]).toEqual([[1, 2], 300]);
  pass(1);
  memory.look(PAIR);
  expect(read).toEqual([1, 2, 1, 2]);
});

test('figures that take long are spread over looks, and a sum is not told before it is whole', () => {
  const { memory, read, pass } = machine(6);
  memory.look(PAIR);
  expect([read, memory.of([1, 2])]).toEqual([[1], null]);
  pass(1_000);
  memory.look(PAIR);
  expect([read, memory.of([1, 2])]).toEqual([[1, 2], 300]);
});

test('another process with the pid of one that has gone is read anew', () => {
  const { memory, read } = machine(0);
  memory.look([process(1)]);
  memory.look([process(1, 2)]);
  expect(read).toEqual([1, 1]);
});
