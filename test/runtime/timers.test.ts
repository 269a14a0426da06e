import { describe, expect, test } from 'vitest';
import { now, Timers } from '../../src/runtime/timers.ts';

/** To the clock the same as a SIGSTOP: nothing of this thread runs. */
const beStoppedFor = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

const armed = (timers: Timers<string>, wait: number): Promise<number> =>
  new Promise((fired) => {
    const from = now();
    timers.arm('deadline', from + wait, () => fired(now() - from));
  });

describe('the clock', () => {
  test('stands still while we are stopped, for what comes before the late timer too', () => {
    const timers = new Timers<string>();
    timers.arm('deadline', now() + 60_000, () => undefined);
    const before = now();
    beStoppedFor(1_600);
    expect(now()).toBeCloseTo(before, 0);
    timers.disarmAll();
  });

  test('goes on when there is no timer, and while somebody looks at it', () => {
    const before = now();
    beStoppedFor(1_600);
    const timers = new Timers<string>();
    timers.arm('deadline', now() + 60_000, () => undefined);
    for (let looks = 0; looks < 6; looks += 1) {
      beStoppedFor(200);
      now();
    }
    timers.disarmAll();
    expect(now() - before).toBeGreaterThanOrEqual(2_800);
  });
});

describe('a timer', () => {
  test('does not fire early, and not at all when disarmed', async () => {
    const timers = new Timers<string>();
    const fired: string[] = [];
    timers.arm('other', now() + 20, () => fired.push('other'));
    timers.disarm('other');
    expect(await armed(timers, 120)).toBeGreaterThanOrEqual(120);
    expect(fired).toEqual([]);
  });

  test('is given the time that we were stopped for', async () => {
    const timers = new Timers<string>();
    const firing = armed(timers, 1_200);
    const from = performance.now();
    beStoppedFor(1_800);
    expect(await firing).toBeGreaterThanOrEqual(1_200);
    expect(performance.now() - from).toBeGreaterThanOrEqual(1_800 + 1_200 - 20);
  });

  test('armed anew under the same name fires once, at the newer time', async () => {
    const timers = new Timers<string>();
    const fired: string[] = [];
    timers.arm('deadline', now() + 20, () => fired.push('older'));
    await armed(timers, 80);
    expect(fired).toEqual([]);
  });
});
