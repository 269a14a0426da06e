// The long soak: `SOAK_MINUTES=10 SEED=7 npm run soak`. Ends with an error when anything was lost, stuck or left.
import { soak } from './soak.ts';

/** What a heap that is collected now and then differs by from quarter to quarter. */
const MEMORY_NOISE = 1.1;
const last = (values: readonly number[]): number => values.at(-1) ?? Number.NaN;
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
const minutes = Number(process.env['SOAK_MINUTES'] ?? 5);
process.stdout.write(`seed ${seed}, ${minutes} minutes and 1,000 restarts at the least\n`);
const result = await soak({ seed, writers: 8, restarts: 1_000, seconds: minutes * 60 });
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
const { wrong, code, complaints, left, descriptors, megabytes } = result;
const isSound =
  wrong.length === 0 &&
  code === 0 &&
  complaints === '' &&
  left.length === 0 &&
  last(descriptors) <= (descriptors[1] ?? 0) &&
  last(megabytes) <= (megabytes[1] ?? 0) * MEMORY_NOISE;
if (!isSound) process.exitCode = 1;
