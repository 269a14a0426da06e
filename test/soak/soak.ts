import { median } from '../bench/measure.ts';
import { processesWith } from '../support/pod-rig.ts';
import { Random } from '../support/random.ts';
import { SoakedPod } from './soaked-pod.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly writers: number;
  /** Both are reached, whichever comes last. */
  readonly restarts: number;
  readonly seconds: number;
}

export interface SoakResult {
  readonly restarts: number;
  readonly lines: number;
  readonly seconds: number;
  readonly wrong: readonly string[];
  readonly code: unknown;
  readonly complaints: string;
  /** Pids that the stop has left. */
  readonly left: readonly number[];
  /** Of the supervisor: the median of each quarter of it. Its rings are full after the first. */
  readonly descriptors: readonly number[];
  /** Resident. */
  readonly megabytes: readonly number[];
}

type Measure = ReturnType<SoakedPod['measure']>;

const DEADLY: readonly (readonly NodeJS.Signals[])[] = [
  ['SIGKILL'],
  ['SIGTERM'],
  ['SIGSEGV'],
  ['SIGSTOP', 'SIGKILL'],
];

/** Kills random processes of a pod under output load, one to all of them at a time, and waits until they write again. */
export const soak = async ({ seed, writers, restarts, seconds }: SoakOptions): Promise<SoakResult> => {
  const random = new Random(seed);
  await using pod = await SoakedPod.start(writers);
  const from = performance.now();
  const elapsed = () => (performance.now() - from) / 1000;
  const share = () => Math.min(pod.restarts / restarts, elapsed() / seconds);
  const quarters: Measure[][] = [[], [], [], []];
  while (share() < 1) {
    await killSome(pod, random);
    quarters[Math.min(3, Math.floor(share() * 4))]?.push(pod.measure());
  }
  const total = { restarts: pod.restarts, lines: pod.lines, seconds: elapsed() };
  const { code, complaints } = await pod.stop();
  return {
    ...total,
    wrong: pod.wrong,
    code,
    complaints,
    left: processesWith(`PWD=${pod.project.folder}\0`),
    descriptors: quarters.map((measures) => median(measures.map(({ descriptors }) => descriptors))),
    megabytes: quarters.map((measures) => median(measures.map(({ megabytes }) => megabytes))),
  };
};

const killSome = async (pod: SoakedPod, random: Random): Promise<void> => {
  const share = random.next();
  const chosen = pod.names.filter(() => random.chance(share));
  const killed = chosen.map((name) => [name, pod.pidOf(name)] as const);
  for (const [, pid] of killed) for (const signal of random.pick(DEADLY)) process.kill(pid, signal);
  for (const [name, pid] of killed) await pod.writes(name, pid);
};
