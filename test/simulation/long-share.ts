import { parentPort, workerData } from 'node:worker_threads';
import { Coverage } from './coverage.ts';
import { explore } from './explore.ts';

interface Share {
  readonly seed: number;
  readonly share: number;
  readonly shares: number;
  readonly count: number;
}

/** What a share has to say after each batch; `covered` comes with the last. */
export interface Progress {
  readonly pods: number;
  readonly finding: string | null;
  readonly covered: Pick<Coverage, 'events' | 'commands'> | null;
}

/** A batch has one seed: small enough to be played again in a normal test run. */
const BATCH = 5_000;

const { seed, share, shares, count } = workerData as Share;
const coverage = new Coverage();
let pods = 0;
let finding: string | null = null;
for (let batch = share; pods < count && finding === null; batch += shares) {
  const exploration = explore(seed + batch, Math.min(BATCH, count - pods));
  coverage.add(exploration.coverage);
  pods += exploration.pods;
  finding = exploration.finding?.words ?? null;
  const last = pods >= count || finding !== null;
  const covered = last ? { events: coverage.events, commands: coverage.commands } : null;
  parentPort?.postMessage({ pods, finding, covered } satisfies Progress);
}
