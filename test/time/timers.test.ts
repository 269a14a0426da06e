import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { after, atMost, every, now, sleep, Timers } from '../../src/time/timers.ts';

// Other files of this worker may have timers that are pending.
vi.hoisted(() => vi.resetModules());
afterAll(() => vi.resetModules());

const hrtime = process.hrtime;
let skipped = 0;

/** What the clock reads, in milliseconds. */
const machineTime = (): number => Number(hrtime.bigint()) / 1e6 + skipped;

beforeEach(() => {
  const mocked = (): [number, number] => [Math.floor(machineTime() / 1e3), (machineTime() % 1e3) * 1e6];
  vi.spyOn(process, 'hrtime').mockImplementation(Object.assign(mocked, { bigint: hrtime.bigint }));
});

afterEach(() => vi.restoreAllMocks());

/** To the clock the same as a SIGSTOP: time has passed, and nothing of this thread has run. */
const beStoppedFor = (milliseconds: number): void => {
  skipped += milliseconds;
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
    const firing = armed(timers, 120);
    const from = machineTime();
    beStoppedFor(1_800);
    expect(await firing).toBeGreaterThanOrEqual(120);
    expect(machineTime() - from).toBeGreaterThanOrEqual(1_800 + 120);
  });

  test('armed anew under the same name fires once, at the newer time', async () => {
    const timers = new Timers<string>();
    const fired: string[] = [];
    timers.arm('deadline', now() + 20, () => fired.push('older'));
    await armed(timers, 80);
    expect(fired).toEqual([]);
  });
});

describe('a sleep', () => {
  /** Longer than a signed 32-bit number of milliseconds, which Node would take for one. */
  const THOUSAND_HOURS = 1_000 * 3_600_000;

  test('lasts as long as it is, and is over then', async () => {
    const from = now();
    expect(await sleep(80)).toBe(true);
    expect(now() - from).toBeGreaterThanOrEqual(80);
  });

  test('of more than 24.8 days does not overflow, and ends when it is aborted', async () => {
    const controller = new AbortController();
    let isOver = false;
    const sleeping = sleep(THOUSAND_HOURS, controller.signal).finally(() => {
      isOver = true;
    });
    await sleep(50);
    expect(isOver).toBe(false);
    controller.abort();
    expect(await sleeping).toBe(false);
    expect(await sleep(THOUSAND_HOURS, controller.signal)).toBe(false);
  });

  test('is given the time that we were stopped for', async () => {
    const sleeping = sleep(120);
    const from = machineTime();
    beStoppedFor(1_800);
    await sleeping;
    expect(machineTime() - from).toBeGreaterThanOrEqual(1_800 + 120);
  });
});

describe('a wait for a fact', () => {
  test('has the value when the fact comes in time', async () => {
    expect(await atMost(60_000, sleep(10))).toBe(true);
  });

  test('has undefined when the time is over first', async () => {
    const from = now();
    expect(await atMost(50, new Promise<string>(() => undefined))).toBe(undefined);
    expect(now() - from).toBeGreaterThanOrEqual(50);
  });

  test('fails when the fact fails', async () => {
    await expect(atMost(60_000, Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  });

  test('leaves no timer when it is over', async () => {
    // Without a pending timer the clock goes on while nobody looks at it.
    await atMost(60_000, Promise.resolve());
    const before = now();
    beStoppedFor(1_600);
    expect(now() - before).toBeGreaterThanOrEqual(1_600);
  });
});

describe('a call', () => {
  test('that is repeated comes again until it is called off', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    const stop = every(5, () => {
      calls += 1;
      if (calls === 3) resolve();
    });
    await promise;
    stop();
    await sleep(30);
    expect(calls).toBe(3);
  });

  test('that was called off does not come', async () => {
    let isCalled = false;
    const stop = after(10, () => {
      isCalled = true;
    });
    stop();
    await sleep(40);
    expect(isCalled).toBe(false);
  });
});
