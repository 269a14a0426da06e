import fc from 'fast-check';
import type { FileChangeAction, FileSpec, ProbeSpec, RestartSpec } from '../../src/model/pod-spec.ts';
import type { Condition, Role } from '../../src/model/vocabulary.ts';
import type { ProcessDescription } from '../support/pod-spec.ts';
import { type End, type Happening, PLAIN_RUN, RENDERER, type Run, type Scenario } from './scenario.ts';

/**
 * Scenarios of up to six processes. The first choice of everything is the plainest, so that a failing scenario shrinks
 * towards a pod in which nothing remarkable is left but what makes it fail.
 */

/** Each choice as likely as the others, the first one the plainest. */
const oneOf = <const T>(...choices: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...choices);
const often = fc.nat({ max: 1 }).map((roll) => roll === 1);
const seldom = fc.nat({ max: 9 }).map((roll) => roll === 9);
const end: fc.Arbitrary<End> = oneOf<End>(0, 1, 0, 1, 127, 143, 'SIGTERM', 'SIGKILL', 'SIGSEGV');

interface RawProcess {
  /** Of which of two apps; null: shared. */
  readonly app: 'app' | 'web' | null;
  readonly init: boolean;
  readonly unwanted: boolean;
  readonly dependsOn: readonly RawDependency[];
  readonly uses: readonly number[];
  readonly startup: Partial<ProbeSpec> | null;
  readonly readiness: Partial<ProbeSpec> | null;
  readonly liveness: Partial<ProbeSpec> | null;
  readonly hooks: number;
  readonly policy: RestartSpec['policy'] | null;
  readonly backoff: Partial<RestartSpec> | null;
  readonly essential: boolean;
  readonly grace: number | null;
  readonly stopCommand: boolean;
  readonly runs: readonly Run[];
}

interface RawDependency {
  readonly back: number;
  readonly condition: Condition | null;
  readonly restart: boolean;
  readonly optional: boolean;
}

const dependency: fc.Arbitrary<RawDependency> = fc.record({
  back: fc.integer({ min: 1, max: 4 }),
  condition: oneOf(null, null, 'started', 'ready', 'completed'),
  restart: seldom,
  optional: seldom,
});

const probe = (sign: boolean, failureThreshold: number): fc.Arbitrary<Partial<ProbeSpec> | null> =>
  fc.option(
    fc
      .record({
        sign: sign ? seldom : fc.constant(false),
        initialDelay: oneOf(0, 0, 300),
        period: oneOf(1_000, 3_000, 500),
        successThreshold: sign ? oneOf(1, 1, 2) : fc.constant(1),
        failureThreshold: oneOf(failureThreshold, 1, 3),
        grace: sign ? fc.constant(null) : oneOf(null, null, 500, 30_000),
      })
      .map(({ sign: isSign, ...rest }) => ({
        ...rest,
        ...(isSign ? { target: { kind: 'log', pattern: 'up' } as const } : {}),
      })),
    { freq: 2 },
  );

const restart = fc.option(
  fc.record<Partial<RestartSpec>>({
    backoff: fc.record({
      initial: oneOf(1_000, 0, 100),
      factor: oneOf(2, 1, 3),
      max: oneOf(60_000, 500, 3_000),
    }),
    resetAfter: oneOf(10_000, 500, 2_000),
    limit: fc.option(fc.record({ restarts: fc.nat({ max: 3 }), within: oneOf(60_000, 2_000) }), { freq: 2 }),
  }),
  { freq: 2 },
);

const run: fc.Arbitrary<Run> = fc.record({
  launchTakes: oneOf(0, 0, 3, 200),
  launches: fc.nat({ max: 19 }).map((roll) => roll < 19),
  life: oneOf(null, null, null, null, 0, 50, 700, 4_000, 11_000),
  end,
  dies: oneOf(0, 5, 5, 300, 3_000, null),
  diesOf: oneOf<End>('SIGTERM', 'SIGTERM', 0, 1, 143),
  killTakes: oneOf(0, 1, 5, 5, 5, 5, 5, null),
  leaves: oneOf(null, null, null, null, null, { goes: 0 }, { goes: 300 }, { goes: 5_000 }, { goes: null }),
  survives: fc.nat({ max: 29 }).map((roll) => roll === 29),
  up: oneOf(0, 0, 0, 0, 30, 30, 500, 4_000, null),
  probeTakes: oneOf(0, 0, 1, 40, 900),
  hookTakes: oneOf(0, 0, 20, 1_500, null),
  hooksWork: fc.nat({ max: 5 }).map((roll) => roll < 5),
});

const rawProcess: fc.Arbitrary<RawProcess> = fc.record({
  app: oneOf<RawProcess['app']>(null, 'app', 'web'),
  init: fc.nat({ max: 3 }).map((roll) => roll === 3),
  unwanted: seldom,
  dependsOn: fc.array(dependency, { maxLength: 3 }),
  uses: fc.array(fc.nat({ max: 5 }), { maxLength: 1 }),
  startup: probe(false, 3),
  readiness: probe(true, 3),
  liveness: probe(false, 3),
  hooks: fc.nat({ max: 5 }),
  policy: oneOf(null, null, null, 'always', 'on-failure', 'never'),
  backoff: restart,
  essential: seldom,
  grace: oneOf(null, null, null, null, 0, 500, 60_000),
  stopCommand: seldom,
  runs: fc.array(run, { maxLength: 3 }),
});

/** One thing that somebody does to the config. */
const rawEdit = fc.record({
  kind: oneOf(
    'nothing',
    'version',
    'version',
    'ports',
    'remove',
    'remove',
    'add',
    'add',
    'policy',
    'wish',
    'loosen',
    'file',
  ),
  process: fc.nat({ max: 7 }),
  restart: seldom,
});

type RawEdit = typeof rawEdit extends fc.Arbitrary<infer T> ? T : never;

const rawHappening = fc.record({
  at: fc.nat({ max: 15_000 }),
  kind: oneOf(
    'crash',
    'crash',
    'crash',
    'flap',
    'start',
    'stop-one',
    'restart',
    'restart',
    'restart-all',
    'kill-one',
    'stop',
    'kill',
    'no-news',
    'change',
    'refresh',
    'reload',
    'reload',
  ),
  edits: fc.array(rawEdit, { minLength: 1, maxLength: 3 }),
  process: fc.nat({ max: 5 }),
  end,
  lasts: oneOf(100, 1_500, 6_000),
  grace: oneOf(null, null, 0, 1_000, 30_000),
  /** A pod that is stopped early has little to show; not every one of these comes true. */
  stops: fc.nat({ max: 3 }),
  of: oneOf('launch', 'postStart', 'probe', 'root'),
});

type RawHappening = typeof rawHappening extends fc.Arbitrary<infer T> ? T : never;

export const randomScenario: fc.Arbitrary<Scenario> = fc
  .record({
    processes: fc.array(rawProcess, { minLength: 1, maxLength: 6 }),
    primary: fc.nat({ max: 5 }),
    apps: oneOf(1, 1, 2),
    grace: oneOf(10_000, 5_000, 0, 1_000),
    minimumGrace: oneOf(2_000, 500, 0),
    startTimeout: oneOf(null, null, null, null, null, 2_000),
    happenings: fc.array(rawHappening, { maxLength: 8 }),
    late: often,
    waits: seldom,
    supports: seldom,
  })
  .map(
    ({ supports, processes, primary, apps, grace, minimumGrace, startTimeout, happenings, late, waits }) => {
      const names = processes.map((_, index) => `p${index}`);
      names[primary % processes.length] = 'app';
      if (apps === 2 && processes.length > 1) names[(primary + 1) % processes.length] = 'web';
      const described = withSupport(podOf(processes, names), supports);
      const pod = waits ? { ...described, app: { ...described['app'], waitsForChange: true } } : described;
      return {
        pod,
        stop: { grace, minimumGrace },
        startTimeout,
        runs: Object.fromEntries(processes.map(({ runs }, index) => [nameAt(names, index), runs])),
        happenings: happeningsOf(happenings, names, pod),
        late,
      };
    },
  );

const withSupport = (pod: Scenario['pod'], isSupport: boolean): Scenario['pod'] =>
  isSupport && pod['web'] !== undefined ? { ...pod, web: { ...pod['web'], isSupport } } : pod;

const nameAt = (names: readonly string[], index: number): string => names[index % names.length] ?? 'app';

const podOf = (processes: readonly RawProcess[], names: readonly string[]): Scenario['pod'] => {
  const pod: Record<string, ProcessDescription> = {};
  /** An init task never depends on a primary: the config is refused. */
  const abovePrimary = new Set(['app', 'web']);
  for (const [index, raw] of processes.entries()) {
    const name = nameAt(names, index);
    const below = belowOf(raw, index, names);
    if (below.some(({ back }) => abovePrimary.has(nameAt(names, index - back)))) abovePrimary.add(name);
    const dependsOn = below.map((one) => dependencyOf(one, nameAt(names, index - one.back), pod));
    const role = roleOf(name, raw.init && !abovePrimary.has(name));
    pod[name] = {
      ...describe(raw, role, dependsOn),
      uses: [...new Set(raw.uses.map((at) => nameAt(names, at)))].filter((used) => used !== name),
      ...refreshesOf(name, raw),
      ...(names.includes('web') ? ownerOf(name, raw) : {}),
    };
  }
  return pod;
};

const roleOf = (name: string, init: boolean): Role => {
  if (name === 'app' || name === 'web') return 'primary';
  return init ? 'init' : 'sidecar';
};

const ownerOf = (name: string, { app }: RawProcess): Pick<ProcessDescription, 'app'> => {
  const owner = name === 'app' || name === 'web' ? name : app;
  return owner === null ? {} : { app: owner };
};

/** Those that exist, each once. */
const belowOf = ({ dependsOn }: RawProcess, index: number, names: readonly string[]): RawDependency[] => {
  const inPlace = dependsOn.filter(({ back }) => back <= index && index - back < names.length);
  return inPlace.filter(({ back }, place) => inPlace.findIndex((other) => other.back === back) === place);
};

type Dependency = NonNullable<ProcessDescription['dependsOn']>[number];

/** `completed` of what never completes is refused when the config is loaded. */
const dependencyOf = (
  { condition, restart: follows, optional }: RawDependency,
  process: string,
  pod: Scenario['pod'],
): Dependency => {
  const { role, restart: policy } = pod[process] ?? {};
  const completes = role === 'init' || (role === 'sidecar' && policyIn(policy) !== undefined);
  return {
    process,
    ...(condition === null || (condition === 'completed' && !completes) ? {} : { condition }),
    ...(follows ? { restart: true } : {}),
    ...(optional ? { required: false } : {}),
  };
};

const policyIn = (restart: ProcessDescription['restart']): 'on-failure' | 'never' | undefined => {
  const policy = typeof restart === 'string' ? restart : restart?.policy;
  return policy === 'always' ? undefined : policy;
};

/** Each process reads a file of its own name. */
const refreshesOf = (name: string, { hooks }: RawProcess): Pick<ProcessDescription, 'refreshes'> => ({
  refreshes: [
    { by: RENDERER, file: name, onChange: ON_REFRESH[hooks % ON_REFRESH.length] ?? { kind: 'none' } },
  ],
});

const ON_REFRESH: readonly FileChangeAction[] = [
  { kind: 'restart' },
  { kind: 'signal', signal: 'SIGHUP' },
  { kind: 'none' },
];

const describe = (raw: RawProcess, role: Role, dependsOn: readonly Dependency[]): ProcessDescription => ({
  role,
  files: [someFile(0)],
  ...(raw.unwanted ? { desired: false } : {}),
  dependsOn,
  ...(raw.startup === null ? {} : { startup: raw.startup }),
  ...(raw.readiness === null ? {} : { readiness: raw.readiness }),
  ...(raw.liveness === null ? {} : { liveness: raw.liveness }),
  ...(raw.hooks === 3 || raw.hooks === 5 ? { postStart: true } : {}),
  ...(raw.hooks >= 4 ? { preStop: true } : {}),
  ...(raw.policy === null && raw.backoff === null ? {} : { restart: restartOf(raw) }),
  ...(raw.essential ? { essential: true } : {}),
  stop: {
    ...(raw.grace === null ? {} : { grace: raw.grace }),
    ...(raw.stopCommand ? { command: { kind: 'shell', line: 'stop' } } : {}),
  },
});

/** Without a delay and without a limit, what dies at once would be restarted for ever in no time at all. */
const restartOf = ({ policy, backoff }: RawProcess): Partial<RestartSpec> => ({
  ...(policy === null ? {} : { policy }),
  ...backoff,
  ...(backoff?.limit === null && backoff.backoff?.initial === 0
    ? { backoff: { ...backoff.backoff, initial: 100 } }
    : {}),
});

/** In the order of their time, so that each edit of the config finds what those before have left. */
const happeningsOf = (
  raws: readonly RawHappening[],
  names: readonly string[],
  pod: Scenario['pod'],
): Happening[] => {
  let config = pod;
  return raws
    .toSorted((one, other) => one.at - other.at)
    .flatMap((raw): Happening[] => {
      if (raw.kind !== 'reload') return [happeningOf(raw, names)].filter((one) => one !== null);
      for (const edit of raw.edits)
        config = edited(config, edit, { names: [...names, 'n6', 'n7'], first: pod });
      return [{ at: raw.at, what: 'reload', to: config }];
    });
};

/** Of every other change the process is told by a signal. */
const someFile = (version: number): FileSpec => ({
  name: 'conf',
  path: '/run/conf',
  content: `${version}`,
  mode: 0o644,
  secret: false,
  onChange: version % 2 === 0 ? { kind: 'signal', signal: 'SIGHUP' } : { kind: 'none' },
});

/** What is brought back, or is new, stands on a sidecar that is there. */
const edited = (
  pod: Scenario['pod'],
  edit: RawEdit,
  { names, first }: { readonly names: readonly string[]; readonly first: Scenario['pod'] },
): Scenario['pod'] => {
  const name = nameAt(names, edit.process);
  const process = pod[name];
  if (edit.kind === 'add' && process === undefined)
    return withNewcomer(pod, name, { ...edit, first: first[name] });
  if (process === undefined) return pod;
  const put = (change: Partial<ProcessDescription>) => ({ ...pod, [name]: { ...process, ...change } });
  switch (edit.kind) {
    case 'version':
      return put({ version: (process.version ?? 0) + 1 });
    case 'ports':
      return put({ ports: { main: (process.ports?.['main'] ?? 7_000) + 1 } });
    case 'policy':
      return process.role === 'sidecar' ? put({ restart: 'always' }) : pod;
    case 'wish':
      return put({ desired: process.desired === false });
    case 'loosen':
      return put({ dependsOn: (process.dependsOn ?? []).slice(1) });
    case 'file':
      return put({ files: [someFile(Number(process.files?.[0]?.content ?? 0) + 1)] });
    case 'remove':
      return name === 'app' ? pod : without(pod, name);
    case 'add':
    case 'nothing':
      return pod;
    default:
      return edit.kind satisfies never;
  }
};

/** An app goes with all that belongs to it. */
const without = (pod: Scenario['pod'], name: string): Scenario['pod'] => {
  const gone = Object.keys(pod).filter((other) => other === name || pod[other]?.app === name);
  return Object.fromEntries(
    Object.entries(pod)
      .filter(([other]) => !gone.includes(other))
      .map(([other, process]) => [other, { ...process, dependsOn: edgesWithout(process, gone) }]),
  );
};

const edgesWithout = (
  { dependsOn = [] }: ProcessDescription,
  gone: readonly string[],
): readonly Dependency[] =>
  dependsOn.filter((below) => !gone.includes(typeof below === 'string' ? below : below.process));

/** What comes back is stopped as before: a stop that has begun keeps the grace that it began with. */
const withNewcomer = (
  pod: Scenario['pod'],
  name: string,
  { restart: follows, first }: RawEdit & { readonly first: ProcessDescription | undefined },
): Scenario['pod'] => {
  const below = Object.keys(pod).find((other) => pod[other]?.role === 'sidecar');
  const dependsOn =
    below === undefined ? [] : [{ process: below, ...(follows ? { restart: true } : {}) } as const];
  const { stop = {}, preStop, app } = first ?? {};
  const isHere = app === name || (app !== undefined && pod[app] !== undefined);
  const kept = {
    stop,
    ...(preStop === undefined ? {} : { preStop }),
    ...(isHere ? { app } : {}),
  };
  const role = name === 'web' ? 'primary' : 'sidecar';
  return {
    ...pod,
    [name]: { role, dependsOn, readiness: {}, restart: { backoff: SLOW }, ...kept },
  };
};

const SLOW = { initial: 1_000, factor: 2, max: 60_000 };

const happeningOf = (raw: RawHappening, names: readonly string[]): Happening | null => {
  const { at, kind, end: how, lasts, grace, stops, of } = raw;
  const process = nameAt(names, raw.process);
  const asked = names[raw.process] ?? (raw.process === 5 ? 'nobody' : process);
  switch (kind) {
    case 'crash':
      return { at, what: 'crash', process, end: how };
    case 'flap':
      return { at, what: 'flap', process, lasts };
    case 'start':
    case 'restart':
      return { at, what: 'request', request: kind, process: asked };
    case 'stop-one':
      return { at, what: 'request', request: 'stop', process: asked };
    case 'change':
      return { at, what: 'change', process, signal: stops > 1 };
    case 'refresh':
      return { at, what: 'refresh', process };
    case 'reload':
      return null;
    case 'kill-one':
      return { at, what: 'request', request: 'kill', process: asked };
    case 'restart-all':
      return { at, what: 'restart-all' };
    case 'no-news':
      return { at, what: 'no-news', process, of };
    case 'stop':
      return stops > 1 ? { at, what: 'stop', grace } : null;
    case 'kill':
      return stops === 3 ? { at, what: 'kill' } : null;
    default:
      return kind satisfies never;
  }
};

/** The scenario as a test to paste, without what it does not need to say. */
export const asTest = (scenario: Scenario, title: string): string => {
  const runs = Object.entries(scenario.runs ?? {}).map(([name, all]) => [name, all.map(plainer)] as const);
  const said = { ...scenario, runs: Object.fromEntries(runs.filter(([, all]) => all.length > 0)) };
  return [
    "import { test } from 'vitest';",
    "import { simulate } from './simulate.ts';",
    '',
    `test(${JSON.stringify(title)}, () => {`,
    `  simulate(${JSON.stringify(said, null, 2).replaceAll('\n', '\n  ')});`,
    '});',
  ].join('\n');
};

const plainer = (full: Partial<Run>): Partial<Run> =>
  Object.fromEntries(Object.entries(full).filter(([key, value]) => PLAIN_RUN[key as keyof Run] !== value));
