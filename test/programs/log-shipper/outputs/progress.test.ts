import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../../src/programs/log-shipper/outputs/outcome.ts';
import { Progress } from '../../../../src/programs/log-shipper/outputs/progress.ts';

describe('the progress of a batch', () => {
  it('halves what is too large, and gives up one entry that is too large alone', () => {
    const progress = new Progress(4);
    const sent: (readonly number[])[] = [];
    for (let { part } = progress; part !== null; { part } = progress) {
      sent.push(part);
      progress.settle(part.includes(2) ? { kind: 'too-large', why: '413' } : { kind: 'taken' });
    }
    expect(sent).toEqual([[0, 1, 2, 3], [0, 1], [2, 3], [2], [3]]);
    expect(progress.delivery).toEqual({ kind: 'rejected', entries: [2], why: '413' });
  });

  it('sends again only what was not taken', () => {
    const progress = new Progress(3);
    const mixed: Outcome = { kind: 'mixed', again: [2], rejected: [0], why: 'busy', after: 5 };
    expect(progress.settle(mixed)).toEqual({ kind: 'retry', why: 'busy', after: 5 });
    expect(progress.part).toEqual([2]);
    expect(progress.settle({ kind: 'taken' })).toBeNull();
    expect(progress.delivery).toEqual({ kind: 'rejected', entries: [0], why: 'busy' });
  });

  it('has nothing to do for no entries, and names all of them if none is taken', () => {
    expect([new Progress(0).part, new Progress(0).delivery]).toEqual([null, { kind: 'taken' }]);
    const progress = new Progress(2);
    progress.settle({ kind: 'rejected', why: '400' });
    expect(progress.delivery).toEqual({ kind: 'rejected', entries: 'all', why: '400' });
  });

  it('has every entry taken or rejected once, whatever a destination answers', () => {
    const answers = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer()), { minLength: 1 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), answers, (size, decisions) => {
        const progress = new Progress(size);
        const taken: number[] = [];
        // After the answers that were drawn, the destination takes everything.
        for (let step = 0; progress.part !== null; step += 1) {
          const { part } = progress;
          const [kind, seed] = decisions[step] ?? [0, 0];
          const some = part.map((_, index) => index).filter((index) => ((seed >> (index % 31)) & 1) === 1);
          const outcome = outcomes(some)[kind] ?? { kind: 'taken' };
          if (outcome.kind === 'taken') taken.push(...part);
          if (outcome.kind === 'mixed')
            taken.push(
              ...part.filter(
                (_, index) => !outcome.again.includes(index) && !outcome.rejected.includes(index),
              ),
            );
          progress.settle(outcome);
        }
        const { delivery } = progress;
        const rejected =
          delivery.kind !== 'rejected' ? [] : delivery.entries === 'all' ? range(size) : delivery.entries;
        expect([...taken, ...rejected].sort((a, b) => a - b)).toEqual(range(size));
      }),
    );
  });
});

const outcomes = (some: readonly number[]): readonly Outcome[] => [
  { kind: 'taken' },
  { kind: 'retry', why: 'x' },
  { kind: 'rejected', why: 'x' },
  { kind: 'too-large', why: 'x' },
  {
    kind: 'mixed',
    again: some.filter((each) => each % 2 === 0),
    rejected: some.filter((each) => each % 2 === 1),
    why: 'x',
  },
];

const range = (size: number): readonly number[] => Array.from({ length: size }, (_, index) => index);
