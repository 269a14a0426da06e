import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { inTurns } from '../../src/runtime/in-turns.ts';

const takeTime = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** What was done in each turn of the loop, by the numbers of the steps. */
const turnsOf = async (steps: number, each: number): Promise<number[][]> => {
  const turns: number[][] = [[]];
  let done = 0;
  let isOver = false;
  const step = (): boolean => {
    if (done === steps) return false;
    takeTime(each);
    turns.at(-1)?.push(done);
    done += 1;
    return true;
  };
  inTurns(step, () => {
    isOver = true;
  });
  while (!isOver) {
    turns.push([]);
    await setImmediate();
  }
  return turns.filter((turn) => turn.length > 0);
};

describe('work in turns', () => {
  test('is done at once when it is short', async () => {
    expect(await turnsOf(5, 1)).toEqual([[0, 1, 2, 3, 4]]);
  });

  test('lets everything else have its turn when it is long, and goes on in order', async () => {
    const turns = await turnsOf(8, 200);
    expect(turns.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(turns.length).toBeGreaterThan(1);
    for (const turn of turns) expect(turn.length).toBeLessThanOrEqual(3);
  });
});
