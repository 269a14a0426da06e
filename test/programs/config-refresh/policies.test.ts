import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Announcement,
  type AnnouncementEvent,
  advance,
  filesIn,
  IDLE,
} from '../../../src/programs/config-refresh/policies/announcement.ts';
import { changed, dueAt, type Gathered } from '../../../src/programs/config-refresh/policies/quiescence.ts';
import { delayAfter } from '../../../src/programs/config-refresh/policies/retry.ts';

const WAIT = { min: 200, max: 2_000 };

describe('quiescence', () => {
  it('does nothing without a change', () => {
    expect(dueAt(null, WAIT)).toBeNull();
  });

  it('waits until nothing has changed for the shorter time', () => {
    expect(dueAt(changed(null, 1_000), WAIT)).toBe(1_200);
    expect(dueAt(changed(changed(null, 1_000), 1_150), WAIT)).toBe(1_350);
  });

  it('acts at the latest after the longer time, however often something changes', () => {
    let gathered: Gathered = null;
    for (let now = 0; now <= 1_950; now += 50) gathered = changed(gathered, now);
    expect(dueAt(gathered, WAIT)).toBe(2_000);
  });

  it('acts within both times after any changes, and never before one', () => {
    const changes = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(changes, fc.nat(500), fc.nat(3_000), (times, min, more) => {
        const wait = { min, max: min + more };
        let gathered: Gathered = null;
        let first = -1;
        for (const time of times.toSorted((one, other) => one - other)) {
          const due = dueAt(gathered, wait);
          // It has been acted on by then.
          if (due !== null && due <= time) gathered = null;
          if (gathered === null) first = time;
          gathered = changed(gathered, time);
          const next = dueAt(gathered, wait);
          expect(next).toBeGreaterThanOrEqual(Math.min(time, first + wait.max));
          expect(next).toBeLessThanOrEqual(Math.min(time + wait.min, first + wait.max));
        }
      }),
    );
  });
});

describe('a retry', () => {
  const retry = { backoff: 250, maxBackoff: 60_000, attempts: null };

  it('doubles the longest delay up to its limit, with full jitter', () => {
    const longest = [1, 2, 3, 9, 10, 2_000].map((failures) => delayAfter(failures, retry, 1));
    expect(longest).toEqual([250, 500, 1_000, 60_000, 60_000, 60_000]);
    expect([0, 0.5].map((random) => delayAfter(3, retry, random))).toEqual([0, 500]);
  });

  it('ends after so many failures in a row', () => {
    const few = { ...retry, attempts: 3 };
    expect([1, 2, 3, 4].map((failures) => delayAfter(failures, few, 1))).toEqual([250, 500, null, null]);
  });
});

describe('an announcement', () => {
  const stateAfter = (...events: AnnouncementEvent[]): Announcement => events.reduce(advance, IDLE);
  const change = (at: number, ...files: string[]): AnnouncementEvent => ({ type: 'changed', files, at });

  it('has everything that changes before it begins, at the earliest time', () => {
    expect(stateAfter(change(100, 'a'), change(50, 'b'))).toEqual({
      ...{ is: 'waiting', files: new Set(['a', 'b']), at: 50, failures: 0 },
    });
  });

  it('is followed by another one for what changes while it runs', () => {
    const running = stateAfter(change(100, 'a'), { type: 'begun' }, change(300, 'b'));
    expect(filesIn(running)).toEqual(['a', 'b']);
    expect(advance(running, { type: 'done' })).toMatchObject({
      is: 'waiting',
      files: new Set(['b']),
      at: 300,
    });
  });

  it('is repeated after a failure, with what has changed meanwhile', () => {
    const running = stateAfter(change(100, 'a'), { type: 'begun' });
    const failed = advance(running, { type: 'failed', retryAt: 500 });
    expect(failed).toEqual({ is: 'waiting', files: new Set(['a']), at: 500, failures: 1 });
    expect(advance(failed, change(200, 'b'))).toEqual({
      ...{ is: 'waiting', files: new Set(['a', 'b']), at: 200, failures: 0 },
    });
    const more = advance(running, change(200, 'b'));
    expect(advance(more, { type: 'failed', retryAt: 900 })).toMatchObject({
      ...{ files: new Set(['a', 'b']), at: 200 },
    });
    expect(advance(running, { type: 'failed', retryAt: null })).toEqual(IDLE);
  });

  it('reaches everybody who is to be told, whatever happens when', () => {
    const event = fc.oneof(
      fc.record({
        type: fc.constant('changed' as const),
        files: fc.subarray(['a', 'b', 'c']),
        at: fc.nat(1_000),
      }),
      fc.constant({ type: 'begun' as const }),
      fc.constant({ type: 'done' as const }),
      fc.record({ type: fc.constant('failed' as const), retryAt: fc.nat(1_000) }),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const owed = new Set<string>();
        let state: Announcement = IDLE;
        for (const each of events) {
          if (each.type === 'done' && state.is === 'running')
            for (const file of state.files) if (state.next?.files.has(file) !== true) owed.delete(file);
          state = advance(state, each);
          if (each.type === 'changed') for (const file of each.files) owed.add(file);
          expect(new Set(filesIn(state))).toEqual(owed);
          if (owed.size === 0) expect(state).toEqual(IDLE);
        }
      }),
    );
  });
});
