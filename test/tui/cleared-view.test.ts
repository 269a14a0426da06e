import { expect, test } from 'vitest';
import { LogRing } from '../../src/logs/log-ring.ts';
import { RingView } from '../../src/logs/ring-view.ts';
import { ClearedView } from '../../src/tui/log/cleared-view.ts';

test('a cleared log counts the lines since then, also those that have left the memory', () => {
  const ring = new LogRing('web', { next: 1 });
  const log = new RingView(() => [ring]);
  const write = (lines: number): void => {
    for (let line = 0; line < lines; line += 1)
      ring.push({ stream: 'stdout', bytes: Buffer.from('line\n'), partial: false });
  };
  write(50);
  const cleared = new ClearedView(log, log.end);
  write(20);
  expect([cleared.count, cleared.after(0, 100).length]).toEqual([20, 20]);
  const [line] = cleared.before(Infinity, 1);
  expect([cleared.countBefore(0), cleared.countBefore(line?.seq ?? 0)]).toEqual([0, 19]);
  write(15_000);
  expect(cleared.count).toBe(15_020);
});
