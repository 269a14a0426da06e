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
  const cursors = Array.from({ length: 50 }, () => new LogCursor(client, ['web'], { tail: 0 }, recent));
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
