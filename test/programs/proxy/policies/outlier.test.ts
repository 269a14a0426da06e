import { describe, expect, test } from 'vitest';
import type { PassiveHealthOptions } from '../../../../src/programs/proxy/options.ts';
import { OutlierDetection } from '../../../../src/programs/proxy/policies/outlier.ts';
import { passive } from './support.ts';

/** What Envoy does, and its own tests expect, in test/common/upstream/outlier_detection_impl_test.cc. */
const detection = (size: number, changes: Partial<PassiveHealthOptions> = {}): OutlierDetection => {
  const outlier = new OutlierDetection({ ...passive, maxEjectionPercent: 100, ...changes }, size, 0);
  for (let endpoint = 0; endpoint < size; endpoint += 1) outlier.join(endpoint);
  return outlier;
};

const fail = (outlier: OutlierDetection, endpoint: number, times: number, now: number): void => {
  for (let number = 0; number < times; number += 1) outlier.report(endpoint, 503, now);
};

/** The time at which an endpoint that is ejected at `now` is back. */
const backAt = (outlier: OutlierDetection, endpoint: number): number => {
  while (outlier.isEjected(endpoint)) outlier.look(outlier.dueAt);
  const back = outlier.dueAt - passive.interval;
  return back;
};

describe('ejection', () => {
  test('five errors in a row eject, and one success among them begins anew', () => {
    const outlier = detection(1);
    fail(outlier, 0, 4, 0);
    outlier.report(0, 200, 0);
    fail(outlier, 0, 4, 0);
    expect(outlier.isEjected(0)).toBe(false);
    fail(outlier, 0, 1, 0);
    expect(outlier.isEjected(0)).toBe(true);
    expect(outlier).toMatchObject({ ejected: 1, ejections: 1 });
  });

  test('4xx are no errors', () => {
    const outlier = detection(1);
    for (const status of [500, 502, 503, 504, 404, 599]) outlier.report(0, status, 0);
    expect(outlier.isEjected(0)).toBe(false);
  });

  test('requests that end while it is ejected do not count afterwards', () => {
    const outlier = detection(1);
    fail(outlier, 0, 9, 0);
    outlier.look(30_000);
    fail(outlier, 0, 4, 30_000);
    expect(outlier.isEjected(0)).toBe(false);
  });
});

describe('its time', () => {
  test('it is over at the first interval after 30 s', () => {
    const outlier = detection(1);
    fail(outlier, 0, 5, 2_000);
    expect(outlier.dueAt).toBe(10_000);
    outlier.look(30_000);
    expect(outlier.isEjected(0)).toBe(true);
    outlier.look(40_000);
    expect(outlier.isEjected(0)).toBe(false);
  });

  test('it is 30 s times the ejections, and 300 s at most', () => {
    const outlier = detection(1);
    let now = 0;
    const times = Array.from({ length: 12 }, () => {
      fail(outlier, 0, 5, now);
      const ejectedAt = now;
      now = backAt(outlier, 0);
      return (now - ejectedAt) / 1_000;
    });
    expect(times).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300]);
  });

  test('each interval that it is back takes one ejection off', () => {
    const outlier = detection(1);
    let now = 0;
    for (let number = 0; number < 3; number += 1) {
      fail(outlier, 0, 5, now);
      now = backAt(outlier, 0);
    }
    for (const later of [10_000, 20_000]) outlier.look(now + later);
    fail(outlier, 0, 5, now + 20_000);
    expect(backAt(outlier, 0) - (now + 20_000)).toBe(60_000);
  });

  test('nothing is due while nothing is ejected and nothing is to be forgotten', () => {
    const outlier = detection(1);
    expect(outlier.dueAt).toBe(Number.POSITIVE_INFINITY);
    fail(outlier, 0, 5, 0);
    const back = backAt(outlier, 0);
    outlier.look(back + 10_000);
    expect(outlier.dueAt).toBe(Number.POSITIVE_INFINITY);
  });

  test('a passed active check ends it', () => {
    const outlier = detection(1);
    fail(outlier, 0, 5, 0);
    expect(outlier.checkPassed(0, 1_000)).toBe(true);
    expect(outlier.isEjected(0)).toBe(false);
  });
});

describe('the share', () => {
  const ejectedOf = (size: number, changes: Partial<PassiveHealthOptions>): number => {
    const outlier = detection(size, changes);
    for (let endpoint = 0; endpoint < size; endpoint += 1) fail(outlier, endpoint, 5, 0);
    return outlier.ejected;
  };

  test.each([
    [1, 10, 0],
    [9, 10, 0],
    [10, 10, 1],
    [19, 10, 1],
    [20, 10, 2],
    [3, 50, 1],
    [4, 50, 2],
    [1, 99, 0],
    [1, 100, 1],
  ])('of %i endpoints %i percent are %i', (size, maxEjectionPercent, ejected) => {
    expect(ejectedOf(size, { maxEjectionPercent })).toBe(ejected);
  });

  test('alwaysEjectOneEndpoint makes it one at least', () => {
    expect(ejectedOf(9, { maxEjectionPercent: 10, alwaysEjectOneEndpoint: true })).toBe(1);
    expect(ejectedOf(1, { maxEjectionPercent: 0, alwaysEjectOneEndpoint: true })).toBe(1);
  });

  test('who was spared takes five more errors', () => {
    const outlier = detection(2, { maxEjectionPercent: 50 });
    fail(outlier, 0, 5, 0);
    fail(outlier, 1, 5, 0);
    expect(outlier.overflows).toBe(1);
    outlier.checkPassed(0, 1);
    fail(outlier, 1, 4, 1);
    expect(outlier.isEjected(1)).toBe(false);
    fail(outlier, 1, 1, 1);
    expect(outlier.isEjected(1)).toBe(true);
  });

  test('when an endpoint leaves, the first that was ejected comes back if they are too many of the rest', () => {
    const outlier = detection(4, { maxEjectionPercent: 50 });
    fail(outlier, 2, 5, 0);
    fail(outlier, 1, 5, 1);
    expect(outlier.leave(3, 2)).toBe(true);
    expect([1, 2].map((endpoint) => outlier.isEjected(endpoint))).toEqual([true, false]);
  });

  test('an ejected endpoint that leaves counts no more, and comes back as a new one', () => {
    const outlier = detection(2, { maxEjectionPercent: 50 });
    fail(outlier, 0, 5, 0);
    outlier.leave(0, 1);
    expect(outlier.ejected).toBe(0);
    outlier.join(0);
    fail(outlier, 0, 4, 2);
    expect(outlier.isEjected(0)).toBe(false);
  });
});
