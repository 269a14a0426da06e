import { expect, test } from 'vitest';
import { FeedbackLoop } from '../../../src/runtime/watch/feedback-loop.ts';

/** Round after round: started, and changed so long after; the first that is taken for a circle. */
const play = (rounds: readonly { readonly files: string[]; readonly after: number }[]): string | null => {
  const loop = new FeedbackLoop();
  let now = 0;
  for (const { files, after } of rounds) {
    now += 10_000;
    loop.acted(now);
    const circling = loop.changed(new Set(files), now + after);
    if (circling !== null) return circling;
  }
  return null;
};

const times = <T>(count: number, round: T): T[] => new Array<T>(count).fill(round);

test('a file that changes just after each of six starts goes round in a circle', () => {
  expect(play(times(5, { files: ['db.json'], after: 200 }))).toBeNull();
  expect(play(times(6, { files: ['db.json'], after: 200 }))).toBe('db.json');
});

test('it is the file that was there each time which is named', () => {
  const rounds = Array.from({ length: 6 }, (_, round) => ({
    files: [`tmp-${round}`, 'db.json'],
    after: 200,
  }));
  expect(play(rounds)).toBe('db.json');
});

test('somebody who saves a file again and again is left alone', () => {
  expect(play(times(20, { files: ['server.js'], after: 3_000 }))).toBeNull();
});

test('one change in its own time breaks the circle', () => {
  const soon = { files: ['db.json'], after: 200 };
  expect(play([...times(5, soon), { files: ['db.json'], after: 5_000 }, ...times(5, soon)])).toBeNull();
});

test('different files are no circle', () => {
  const rounds = Array.from({ length: 20 }, (_, round) => ({ files: [`${round}.js`], after: 200 }));
  expect(play(rounds)).toBeNull();
});
