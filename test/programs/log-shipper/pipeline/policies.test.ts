import { array, assert as check, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect, dueIn, NOTHING, roomIn } from '../../../../src/programs/log-shipper/pipeline/batch.ts';
import { afterAttempt } from '../../../../src/programs/log-shipper/pipeline/retry.ts';
import { LONGEST_POLL, nextPoll, SHORTEST_POLL } from '../../../../src/programs/log-shipper/tailing/poll.ts';
import { isCompressed, rotatedFrom } from '../../../../src/programs/log-shipper/tailing/rotated-name.ts';

const BATCH = { maxBytes: 100, maxEvents: 5, timeout: 700 };
const RETRY = { initialBackoff: 500, maxBackoff: 20_000 };

describe('a batch', () => {
  it('is due when it is full, or when its first line has waited long enough', () => {
    const one = collect(NOTHING, 1, 10, 50);
    expect(dueIn(NOTHING, BATCH, 0)).toBeNull();
    expect(dueIn(one, BATCH, 250)).toBe(500);
    expect(dueIn(collect(one, 1, 10, 900), BATCH, 1_050)).toBe(0);
    expect(dueIn(collect(one, 4, 10, 60), BATCH, 60)).toBe(0);
    expect(dueIn(collect(one, 1, 90, 60), BATCH, 60)).toBe(0);
  });

  it('never has room for more than its limits, and is due within its time, whatever comes', () => {
    const portion = record({
      events: integer({ min: 0, max: 5 }),
      bytes: integer({ min: 0, max: 60 }),
      wait: integer({ min: 0, max: 700 }),
    });
    check(
      property(array(portion, { maxLength: 30 }), (portions) => {
        let now = 0;
        let collected = NOTHING;
        for (const { events, bytes, wait } of portions) {
          now += wait;
          if (dueIn(collected, BATCH, now) === 0) collected = NOTHING;
          const room = roomIn(collected, BATCH);
          collected = collect(collected, Math.min(events, room.events), Math.min(bytes, room.bytes), now);
          expect(collected.events).toBeLessThanOrEqual(BATCH.maxEvents);
          expect(collected.bytes).toBeLessThanOrEqual(BATCH.maxBytes);
          const due = dueIn(collected, BATCH, now);
          expect(due === null).toBe(collected.events === 0);
          expect(due ?? 0).toBeLessThanOrEqual(BATCH.timeout);
        }
      }),
      { seed: 3, numRuns: 1_000 },
    );
  });
});

describe('after an attempt', () => {
  const retry = (failures: number, random: number, after?: number) =>
    afterAttempt(
      { kind: 'retry', why: 'x', ...(after === undefined ? {} : { after }) },
      failures,
      RETRY,
      random,
    );

  it('the positions advance, or entries are buried first', () => {
    expect(afterAttempt({ kind: 'taken' }, 3, RETRY, 0)).toEqual({ kind: 'advance' });
    expect(afterAttempt({ kind: 'rejected', entries: [1], why: '400' }, 0, RETRY, 0)).toEqual({
      ...{ kind: 'bury', entries: [1], why: '400' },
    });
  });

  it.each([
    [0, 1, 500],
    [1, 1, 1_000],
    [3, 0.5, 2_000],
    [6, 1, 20_000],
    [5_000, 1, 20_000],
    [9, 0, 0],
  ])('number %i it waits, at %d of the interval, %i ms', (failures, random, milliseconds) => {
    expect(retry(failures, random)).toEqual({ kind: 'wait', milliseconds, why: 'x' });
  });

  it('the destination can ask for a longer time, up to 5 minutes', () => {
    expect([retry(0, 1, 7_000), retry(0, 1, 100), retry(0, 0, 1e9)]).toMatchObject([
      ...[{ milliseconds: 7_000 }, { milliseconds: 500 }, { milliseconds: 300_000 }],
    ]);
  });

  it('it waits for no longer than the longest interval, whatever happens', () => {
    check(
      property(integer({ min: 0, max: 1e6 }), integer({ min: 0, max: 1_000 }), (failures, random) => {
        const next = retry(failures, random / 1_000);
        expect(next.kind === 'wait' ? next.milliseconds : -1).toBeGreaterThanOrEqual(0);
        expect(next.kind === 'wait' ? next.milliseconds : -1).toBeLessThanOrEqual(RETRY.maxBackoff);
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});

describe('looks at the files', () => {
  it('become rare while the system tells of every change', () => {
    let poll = SHORTEST_POLL;
    const polls = Array.from(
      { length: 8 },
      () => (poll = nextPoll(poll, { isNew: false, wasTold: false, isWatched: true })),
    );
    expect(polls).toEqual([500, 1_000, 2_000, 4_000, 8_000, LONGEST_POLL, LONGEST_POLL, LONGEST_POLL]);
  });

  it.each([
    ['a change that nobody has told of', { isNew: true, wasTold: false, isWatched: true }, SHORTEST_POLL],
    ['one that was told of', { isNew: true, wasTold: true, isWatched: true }, LONGEST_POLL],
    ['a folder that is not watched', { isNew: false, wasTold: false, isWatched: false }, SHORTEST_POLL],
  ])('after %s', (_, finding, expected) => {
    expect(nextPoll(LONGEST_POLL, finding)).toBe(expected);
  });
});

describe('the name of a rotated file', () => {
  it.each([
    ['a.log.1', 'a.log'],
    ['a.log-20261130', 'a.log'],
    ['a-20261130.log', 'a.log'],
    ['a.1.log', 'a.log'],
    ['a.log.2026-11-30T06', 'a.log'],
    ['a.log', null],
    ['a.log.old', null],
    ['1.log', null],
    ['b2.log', null],
  ])('%s was %s', (name, before) => {
    expect(rotatedFrom(name)).toBe(before);
  });

  it('tells that it is compressed', () => {
    expect(['a.log.1.gz', 'a.zst', 'a.log', 'gz.log'].map(isCompressed)).toEqual([true, true, false, false]);
  });
});
