import { existsSync } from 'node:fs';
import { BUILT } from '../../programs/proxy/support/proxy-process.ts';
import { isInstalled } from '../../support/installed.ts';
import { type Figure, median, runOnce } from '../measure.ts';
import { prepareGround } from './ground.ts';
import { withIdleConnections } from './idle-connections.ts';
import { runWrk } from './load.ts';
import { cpuOf, memoryOf } from './processes.ts';
import { type Ground, RunningTarget } from './running-target.ts';
import { embedded, TARGETS, type Target } from './targets.ts';

const CONNECTIONS = 32;
const IDLE_CONNECTIONS = 10_000;
/** Without the argument of Node that the preset gives: what that saves. */
const DEFAULT_HEAP = embedded('http', false, { name: 'embedded http, default heap', nodeArguments: [] });

/** What was measured of a target, round after round. */
interface Samples {
  readonly rate: number[];
  /** Microseconds a request. */
  readonly cpu: number[];
  readonly p99: number[];
  /** Microseconds, of one client alone. */
  readonly p50Alone: number[];
  idleMemory: number;
  readonly loadedMemory: number[];
  manyIdleMemory: number | null;
  /** What wrk has printed at last. */
  output: string;
}

export interface ProxyBench {
  readonly table: readonly (readonly string[])[];
  readonly figures: readonly Figure[];
  readonly outputs: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
}

export interface ProxyBenchOptions {
  readonly rounds: number;
  /** Seconds of each load. */
  readonly seconds: number;
  /** Whether the name of a target is wanted. */
  readonly wanted: (name: string) => boolean;
}

export const benchProxy = async (options: ProxyBenchOptions): Promise<ProxyBench> => {
  const all = [...TARGETS, DEFAULT_HEAP].filter((target) => options.wanted(nameOf(target)));
  const targets = all.filter(isThere);
  await using ground = await prepareGround();
  const samples = await measureAll(targets, ground, options);
  return {
    table: tableOf(samples),
    figures: [...figuresOf(samples), ...(await startFigures(targets, ground, options.rounds * 2))],
    outputs: new Map([...samples].map(([name, { output }]) => [name, output])),
    missing: all.filter((target) => !isThere(target)).map(nameOf),
  };
};

const nameOf = ({ name, isSecure }: Target): string => `${isSecure ? 'TLS ' : ''}${name}`;

const isThere = ({ program, name }: Target): boolean =>
  program === null ? !name.startsWith('embedded') || existsSync(BUILT) : isInstalled(program);

const NOTHING = 'nothing';

/** All of them run all the time, and take turns. */
const measureAll = async (
  targets: readonly Target[],
  ground: Ground,
  { rounds, seconds }: ProxyBenchOptions,
): Promise<ReadonlyMap<string, Samples>> => {
  const running = new Map([[NOTHING, RunningTarget.nothing(ground)]]);
  const samples = new Map([[NOTHING, noSamples()]]);
  try {
    for (const target of targets) {
      running.set(nameOf(target), await RunningTarget.start(target, ground));
      samples.set(nameOf(target), noSamples());
    }
    await inTurn(running, samples, async ({ pid }, found) => {
      found.idleMemory = pid === 0 ? 0 : memoryOf(pid);
    });
    for (let round = 0; round < rounds; round++)
      await inTurn(running, samples, (target, found) => loadOnce(target, found, seconds));
    await inTurn(running, samples, async ({ pid, url, holdsMany }, found) => {
      if (!holdsMany) return;
      found.manyIdleMemory = await withIdleConnections(url, IDLE_CONNECTIONS, () => memoryOf(pid));
    });
    return samples;
  } finally {
    for (const target of running.values()) await target.stop();
  }
};

const noSamples = (): Samples => ({
  ...{ rate: [], cpu: [], p99: [], p50Alone: [], idleMemory: 0, loadedMemory: [] },
  ...{ manyIdleMemory: null, output: '' },
});

const inTurn = async (
  running: ReadonlyMap<string, RunningTarget>,
  samples: ReadonlyMap<string, Samples>,
  measure: (target: RunningTarget, found: Samples) => Promise<void>,
): Promise<void> => {
  for (const [name, target] of running) {
    const found = samples.get(name);
    if (found !== undefined) await measure(target, found);
  }
};

const loadOnce = async ({ pid, url }: RunningTarget, found: Samples, seconds: number): Promise<void> => {
  const before = pid === 0 ? 0 : cpuOf(pid);
  const { rate, requests, p99, output } = await runWrk({ url, connections: CONNECTIONS, seconds });
  const used = pid === 0 ? 0 : cpuOf(pid) - before;
  found.rate.push(rate);
  found.p99.push(p99);
  found.cpu.push(used / requests);
  found.loadedMemory.push(pid === 0 ? 0 : memoryOf(pid));
  found.output = output;
  found.p50Alone.push((await runWrk({ url, connections: 1, seconds: 1 })).p50);
};

const tableOf = (samples: ReadonlyMap<string, Samples>): readonly (readonly string[])[] => {
  const direct = samples.get(NOTHING);
  return [
    [
      ...['in front of the backend', 'requests/s', 'x nothing', 'p99, ms', 'CPU, µs/request'],
      ...['p50 added, µs', 'idle, MB', 'loaded, MB', '10,000 idle, MB'],
    ],
    ...[...samples].map(([name, each]) => [
      name,
      median(each.rate).toFixed(0),
      (median(each.rate) / median(direct?.rate ?? [])).toFixed(2),
      (median(each.p99) / 1e3).toFixed(1),
      ...(name === NOTHING ? Array(5).fill('–') : costsOf(each, median(direct?.p50Alone ?? []))),
    ]),
  ];
};

const costsOf = (each: Samples, directP50: number): readonly string[] => [
  median(each.cpu).toFixed(1),
  (median(each.p50Alone) - directP50).toFixed(0),
  each.idleMemory.toFixed(1),
  Math.max(...each.loadedMemory).toFixed(1),
  each.manyIdleMemory?.toFixed(0) ?? '–',
];

/** The CPU of a request, beside that of another proxy: what is to be compared was measured in the same round. */
const RATIOS: readonly (readonly [string, string, string])[] = [
  ['embedded http', 'httpxy', '0.55 x'],
  ['embedded http', 'caddy', '0.8 x'],
  ['embedded http', 'haproxy http', '5.5 x'],
  ['embedded http with spans', 'embedded http', '-'],
  ['TLS embedded auto', 'TLS haproxy http', '1.5 x'],
  ['TLS embedded http', 'TLS httpxy', '-'],
];

const figuresOf = (samples: ReadonlyMap<string, Samples>): readonly Figure[] => {
  const ratios = RATIOS.flatMap(([ours, theirs, target]) => {
    const [one, other] = [samples.get(ours), samples.get(theirs)];
    if (one === undefined || other === undefined) return [];
    const ratio = median(one.cpu.map((cpu, round) => cpu / (other.cpu[round] ?? 0)));
    return [{ name: `CPU of a request, ${ours} / ${theirs}`, value: `${ratio.toFixed(2)} x`, target }];
  });
  const [own, direct] = [samples.get('embedded http'), samples.get(NOTHING)];
  if (own === undefined || direct === undefined) return ratios;
  const added = median(own.p50Alone.map((p50, round) => p50 - (direct.p50Alone[round] ?? 0)));
  const megabytes = (value: number): string => `${value.toFixed(1)} MB`;
  return [
    ...ratios,
    { name: 'p50 added for one client', value: `${added.toFixed(0)} µs`, target: '100 µs' },
    { name: 'memory, idle', value: megabytes(own.idleMemory), target: '30 MB' },
    { name: 'memory, loaded', value: megabytes(Math.max(...own.loadedMemory)), target: '90 MB' },
    { name: 'memory, 10,000 idle', value: megabytes(own.manyIdleMemory ?? Number.NaN), target: '250 MB' },
  ];
};

const startFigures = async (
  targets: readonly Target[],
  ground: Ground,
  runs: number,
): Promise<readonly Figure[]> => {
  const target = targets.find((each) => nameOf(each) === 'embedded http');
  if (target === undefined) return [];
  const [empty, ready]: [number[], number[]] = [[], []];
  // The first round fills caches and does not count.
  for (let round = 0; round <= runs; round++) {
    const { took } = await runOnce(process.execPath, ['-e', '0']);
    const running = await RunningTarget.start(target, ground);
    await running.stop();
    if (round === 0) continue;
    empty.push(took);
    ready.push(running.startedIn);
  }
  const ratio = (median(ready) / median(empty)).toFixed(2);
  return [
    {
      name: 'start to ready / node -e 0',
      value: `${ratio} x (${median(ready).toFixed(0)} ms)`,
      target: '2.5 x',
    },
  ];
};
