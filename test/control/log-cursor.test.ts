import { expect, test } from 'vitest';
import { LogCursor, RecentBatches } from '../../src/control/server/log-cursor.ts';
import { LogRing } from '../../src/logs/log-ring.ts';
import { RingView } from '../../src/logs/ring-view.ts';

test('fifty that follow the same have each batch read for them once', () => {
  const ring = new LogRing('web', { next: 1 });
  const [all, recent] = [new RingView(() => [ring]), new RecentBatches()];
  let reads = 0;
  const client = {
    log: () =>
      new Proxy(all, {
        get: (view, name: keyof RingView) => {
          if (name === 'after') reads += 1;
          const value = view[name];
          return typeof value === 'function' ? value.bind(view) : value;
        },
      }),
  };
  const cursors = Array.from({ length: 50 }, () => new LogCursor(client, () => ['web'], { tail: 0 }, recent));
  reads = 0;
  for (let round = 0; round < 10; round += 1) {
    for (let line = 0; line < 1_200; line += 1)
      ring.push({ stream: 'stdout', bytes: Buffer.from(`${round} ${line}\n`), partial: false });
    for (const cursor of cursors) {
      const lines: number[] = [];
      for (let next = cursor.next(); next.length > 0; next = cursor.next())
        lines.push(next.toString().trimEnd().split('\n').length);
      expect(lines).toEqual([500, 500, 200]);
    }
  }
  // Three that have lines and one that is empty, each round; and the first looks for lines that it has missed.
  expect(reads).toBeLessThanOrEqual(10 * 4 + 1);
});

test('a follower of all reads those that come later from their beginning, and those that come back', () => {
  const numbers = { next: 1 };
  const rings = new Map([['web', new LogRing('web', numbers)]]);
  const client = {
    log: (name: string | null) =>
      new RingView(() => [...rings].flatMap(([key, ring]) => (key === name ? [ring] : []))),
  };
  const cursor = new LogCursor(client, () => [...rings.keys()], { tail: 0 }, new RecentBatches());
  const say = (name: string, line: string) =>
    rings.get(name)?.push({ stream: 'stdout', bytes: Buffer.from(`${line}\n`), partial: false });
  const read = () =>
    cursor
      .next()
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text));
  expect(read()).toEqual([]);
  rings.set('added', new LogRing('added', numbers));
  say('added', 'first');
  say('web', 'second');
  expect(read().map(({ process, line }) => `${process} ${line}`)).toEqual(['added first', 'web second']);
  rings.set('added', new LogRing('added', numbers));
  say('added', 'anew');
  expect(read()).toMatchObject([{ type: 'log', process: 'added', line: 'anew' }]);
});
