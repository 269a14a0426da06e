import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Outcome, SendQueue } from '../../../src/programs/otlp/send-queue.ts';

const LIMITS = { maxBytes: 100, maxRequests: 10 };
const FAILED: Outcome = { kind: 'failed', retryAfter: null };
const TAKEN: Outcome = { kind: 'taken', rejected: 0 };

const queued = (request: string, bytes = 10, items = 1) => ({ request, bytes, items });

const queueOf = (...requests: readonly string[]): SendQueue<string> => {
  const queue = new SendQueue<string>(LIMITS);
  for (const request of requests) queue.add(queued(request));
  return queue;
};

test('requests are sent one at a time, in order', () => {
  const queue = queueOf('a', 'b');
  expect([queue.next(0), queue.next(0), queue.dueAt(0)]).toEqual(['a', null, null]);
  queue.ended(TAKEN, 5, 0);
  expect(queue.next(5)).toBe('b');
});

test('a request that failed is sent again, later each time, and half a minute at most', () => {
  const queue = queueOf('a');
  const delays = Array.from({ length: 9 }, (): number => {
    queue.next(queue.dueAt(0) ?? 0);
    queue.ended(FAILED, 0, 0.5);
    return queue.dueAt(0) ?? 0;
  });
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(queue.counts.sent).toBe(0);
});

test('the delay of two senders differs by up to three times', () => {
  const delays = [0, 0.999].map((random) => {
    const queue = queueOf('a');
    queue.next(0);
    queue.ended(FAILED, 0, random);
    return queue.dueAt(0);
  });
  expect(delays).toEqual([250, 749.5]);
});

test('a receiver that says when it has room is asked then', () => {
  const queue = queueOf('a');
  queue.next(0);
  queue.ended({ kind: 'failed', retryAfter: 7_000 }, 0, 0);
  expect([queue.next(6_999), queue.next(7_000)]).toEqual([null, 'a']);
});

test('what the receiver refuses is not sent again, and what it leaves out is counted', () => {
  const queue = new SendQueue<string>(LIMITS);
  queue.add(queued('a', 10, 3));
  queue.add(queued('b', 10, 5));
  queue.next(0);
  queue.ended({ kind: 'refused' }, 0, 0);
  queue.next(0);
  queue.ended({ kind: 'taken', rejected: 2 }, 0, 0);
  expect(queue.counts).toEqual({ sent: 3, dropped: 0, rejected: 5 });
});

test('the oldest give way to new ones, but not the one on its way', () => {
  const queue = new SendQueue<string>(LIMITS);
  queue.add(queued('a', 60));
  queue.add(queued('b', 30));
  queue.next(0);
  queue.add(queued('c', 40));
  expect(queue.counts.dropped).toBe(1);
  queue.ended(TAKEN, 0, 0);
  expect(queue.next(0)).toBe('c');
});

test('a request that can never fit is dropped at once', () => {
  const queue = queueOf('a');
  queue.add(queued('large', 101));
  expect([queue.length, queue.counts.dropped]).toEqual([1, 1]);
});

test('a request that fails for five minutes is given up', () => {
  const queue = queueOf('a', 'b');
  for (let now = 0; now <= 300_000; now = queue.dueAt(now) ?? 0) {
    queue.next(now);
    queue.ended(FAILED, now, 0.5);
  }
  const now = queue.dueAt(300_000) ?? 0;
  queue.next(now);
  queue.ended(FAILED, now, 0.5);
  expect([queue.length, queue.counts.dropped]).toEqual([1, 1]);
});

test('whatever happens, no item is lost or counted twice, and the limits hold', () => {
  const outcome: fc.Arbitrary<Outcome> = fc.oneof(
    fc.constant(FAILED),
    fc.constant<Outcome>({ kind: 'refused' }),
    fc.nat({ max: 5 }).map((rejected): Outcome => ({ kind: 'taken', rejected })),
  );
  const step = fc.oneof(
    fc.record({ bytes: fc.integer({ min: 1, max: 60 }), items: fc.nat({ max: 9 }) }),
    outcome,
    fc.constant('abandon' as const),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new SendQueue<number>(LIMITS);
      let [added, now] = [0, 0];
      steps.forEach((each, index) => {
        now += 10_000;
        if (each === 'abandon') queue.abandon();
        else if ('kind' in each) {
          if (queue.next(now) !== null) queue.ended(each, now, 0.5);
        } else {
          queue.add({ request: index, ...each });
          added += each.items;
        }
        expect(queue.bytes).toBeLessThanOrEqual(LIMITS.maxBytes);
        expect(queue.length).toBeLessThanOrEqual(LIMITS.maxRequests);
      });
      queue.abandon();
      const { sent, dropped, rejected } = queue.counts;
      expect(sent + dropped + rejected).toBe(added);
    }),
    { numRuns: 200 },
  );
});
