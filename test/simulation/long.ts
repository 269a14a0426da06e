// Many random pods in two threads: `SEED=7 COUNT=1000000 node test/simulation/long.ts`.
// SEED: any whole number (default: by the clock, and printed); COUNT: how many pods (100 000).
// Prints how it goes, in the end which events met which states; exits with 1 and a test to paste when a pod fails.
import { Worker } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import type { Progress } from './long-share.ts';

const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
const COUNT = Number(process.env['COUNT'] ?? 100_000);
const SHARES = 2;
const TELL_EVERY = 60_000;

const startedAt = performance.now();
const coverage = new Coverage();
const pods = new Array<number>(SHARES).fill(0);

const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(0);
const sum = (): number => pods.reduce((one, other) => one + other);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

/** The seeds of one run are SEED, SEED + 1, …, one for each batch, dealt out in turn. */
const runShare = (share: number): Promise<string | null> => {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const workerData = { seed: SEED, share, shares: SHARES, count: Math.ceil(COUNT / SHARES) };
  const worker = new Worker(new URL('long-share.ts', import.meta.url), { workerData });
  worker.on('error', reject);
  worker.on('message', (progress: Progress) => {
    pods[share] = progress.pods;
    if (progress.covered !== null) coverage.add(progress.covered);
    if (progress.finding !== null || progress.covered !== null) resolve(progress.finding);
  });
  return promise;
};

say(`seed ${SEED}, ${COUNT} pods, ${SHARES} threads, node ${process.versions.node}`);
const told = setInterval(() => say(`${sum()} pods after ${seconds()} s`), TELL_EVERY);
const shares = Array.from({ length: SHARES }, (_, share) => runShare(share));
const finding = await Promise.race([
  Promise.all(shares).then(() => null),
  ...shares.map((share) => share.then((found) => found ?? new Promise<never>(() => {}))),
]);
clearInterval(told);
if (finding === null) say(coverage.table());
say(finding ?? `\nnothing found in ${sum()} pods in ${seconds()} s`);
process.exit(finding === null ? 0 : 1);
