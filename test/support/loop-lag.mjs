// Loaded into the supervisor by NODE_OPTIONS: notes how late its loop runs, and on SIGUSR2 writes to the file that
// LOOP_LAG_FILE names by how much at the most since the last time, in milliseconds, and the bytes of its heap that live.
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const PERIOD_MS = 5;

if (/cli\.js$/.test(process.argv[1] ?? '')) {
  const file = process.env.LOOP_LAG_FILE;
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  let last = performance.now();
  let lag = 0;
  setInterval(() => {
    const now = performance.now();
    lag = Math.max(lag, now - last - PERIOD_MS);
    last = now;
  }, PERIOD_MS).unref();
  process.on('SIGUSR2', () => {
    const told = lag;
    collectGarbage();
    writeFileSync(`${file}.new`, JSON.stringify({ lag: told, heap: process.memoryUsage().heapUsed }));
    renameSync(`${file}.new`, file);
    [last, lag] = [performance.now(), 0];
  });
}
