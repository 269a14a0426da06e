import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { merge } from '../../src/logs/merge.ts';

const bySeq = (one: { seq: number }, other: { seq: number }): number => one.seq - other.seq;

/** Lists of numbers that are all different, each list in order. */
const lists = fc
  .uniqueArray(fc.tuple(fc.nat(1_000), fc.nat(20)), { selector: ([seq]) => seq, maxLength: 80 })
  .map((numbers) =>
    Array.from({ length: 21 }, (_, list) =>
      numbers
        .filter(([, of]) => of === list)
        .map(([seq]) => ({ seq, list }))
        .sort(bySeq),
    ),
  );

describe('a merge of several sources', () => {
  test('has everything of all of them in order, forwards and backwards', () => {
    fc.assert(
      fc.property(lists, (sources) => {
        const all = sources.flat().sort(bySeq);
        expect([
          ...merge(
            sources.map((list) => list.values()),
            1,
          ),
        ]).toEqual(all);
        const backwards = sources.map((list) => list.toReversed().values());
        expect([...merge(backwards, -1)]).toEqual(all.toReversed());
      }),
    );
  });

  test('takes from its sources only what it needs', () => {
    const taken: number[] = [];
    function* counting(from: number): Generator<{ readonly seq: number }, void> {
      for (let seq = from; ; seq += 2) {
        taken.push(seq);
        yield { seq };
      }
    }
    const first = merge([counting(0), counting(1)], 1);
    expect([first.next().value, first.next().value, first.next().value].map((one) => one?.seq)).toEqual([
      0, 1, 2,
    ]);
    expect(taken.length).toBeLessThanOrEqual(4);
  });
});
