import { constants } from 'node:os';
import type {
  AppSpec,
  CommandSpec,
  DependencySpec,
  FileSpec,
  HookSpec,
  OriginSpec,
  OwnCommandSpec,
  PodSpec,
  ProbeSpec,
  ProcessSpec,
  RefreshSpec,
  RestartSpec,
  StopSpec,
} from '../../src/model/pod-spec.ts';
import type { Role } from '../../src/model/vocabulary.ts';

type Dependency = string | (Partial<DependencySpec> & { readonly process: string });

/** As little as a test has to say of a process; the contract's defaults fill in the rest. */
export interface ProcessDescription {
  /** Default: `primary` for the one called `app`, else `sidecar`. */
  readonly role?: Role;
  /** The primary of the app that it belongs to. Default: none, it is shared. */
  readonly app?: string;
  readonly isSupport?: boolean;
  readonly desired?: boolean;
  /** Default for the primary: all that do not depend on it. */
  readonly dependsOn?: readonly Dependency[];
  /** Default: none. */
  readonly uses?: readonly string[];
  readonly startup?: Partial<ProbeSpec>;
  readonly readiness?: Partial<ProbeSpec>;
  readonly liveness?: Partial<ProbeSpec>;
  readonly postStart?: true;
  readonly preStop?: true;
  readonly restart?: RestartSpec['policy'] | Partial<RestartSpec>;
  readonly commands?: readonly OwnCommandSpec[];
  readonly essential?: boolean;
  readonly stop?: Partial<StopSpec>;
  readonly waitsForChange?: boolean;
  /** Another command is another version of it. */
  readonly version?: number;
  readonly files?: readonly FileSpec[];
  readonly refreshes?: readonly RefreshSpec[];
  readonly origin?: OriginSpec;
  /** Its ports, by name. */
  readonly ports?: Readonly<Record<string, number>>;
}

export type PodDescription = Readonly<Record<string, ProcessDescription>>;

const POLICY = { primary: 'never', init: 'never', sidecar: 'always' } as const;
export const SOME_COMMAND: CommandSpec = { kind: 'direct', file: 'true', args: [] };
const versioned = (version: number): CommandSpec => ({ kind: 'direct', file: 'true', args: [`v${version}`] });
const SOME_HOOK: HookSpec = { kind: 'exec', command: SOME_COMMAND };

/** A pod from short descriptions, in start order; stop: grace 10 s, minimum 2 s. */
export const podSpec = (pod: PodDescription, stop: Partial<PodSpec['stop']> = {}): PodSpec => {
  const processes = Object.entries(pod).map(([name, description]) => processSpec(pod, name, description));
  return {
    name: 'shop',
    folder: '/shop',
    processes: inStartOrder(new Map(processes.map((process) => [process.name, process]))),
    stop: { grace: 10_000, minimumGrace: 2_000, ...stop },
    volumes: new Map(),
    containerEngine: null,
    ui: { keys: {}, theme: {} },
  };
};

/** Pairs of processes, each of which depends on both of the pair before: 2 to the power of `layers` ways from `top`. */
export const wovenPod = (layers: number, desired = false): PodDescription => {
  const pod: Record<string, ProcessDescription> = {
    a0: { desired, readiness: {} },
    b0: { desired, readiness: {} },
    app: { dependsOn: [] },
  };
  for (let layer = 1; layer <= layers; layer++) {
    const dependsOn = [`a${layer - 1}`, `b${layer - 1}`];
    pod[`a${layer}`] = { desired, dependsOn };
    pod[`b${layer}`] = { desired, dependsOn };
  }
  return { ...pod, top: { desired, dependsOn: [`a${layers}`, `b${layers}`] } };
};

const roleOf = (name: string, { role }: ProcessDescription): Role =>
  role ?? (name === 'app' ? 'primary' : 'sidecar');

const processSpec = (pod: PodDescription, name: string, description: ProcessDescription): ProcessSpec => {
  const role = roleOf(name, description);
  return {
    name,
    role,
    app: description.app === undefined ? null : appOf(description.app),
    isSupport: description.isSupport ?? false,
    description: '',
    origin: description.origin ?? null,
    desired: description.desired ?? true,
    dependsOn: (description.dependsOn ?? (role === 'primary' ? allBelow(pod, name) : [])).map((dependency) =>
      dependencySpec(pod, dependency),
    ),
    uses: description.uses ?? [],
    launch: {
      command: description.version === undefined ? SOME_COMMAND : versioned(description.version),
      cwd: '/shop',
      env: {
        assumed: {},
        colors: {},
        inherited: {},
        podFiles: [],
        files: [],
        services: {},
        withoutServices: [],
        injected: {},
        provided: {},
        pod: {},
        own: {},
      },
      stdin: 'pipe',
      tty: false,
      output: 'captured',
    },
    ports: Object.entries(description.ports ?? {}).map(([port, number]) => ({
      name: port,
      port: number,
      target: number,
      protocol: 'tcp',
      host: '127.0.0.1',
      auto: false,
      activate: false,
    })),
    mounts: [],
    files: description.files ?? [],
    renderedFiles: [],
    refreshes: description.refreshes ?? [],
    requires: [],
    isolation: null,
    startup: probeSpec(description.startup, 60),
    readiness: probeSpec(description.readiness, 3),
    liveness: probeSpec(description.liveness, 3),
    postStart: description.postStart === true ? SOME_HOOK : null,
    preStop: description.preStop === true ? SOME_HOOK : null,
    commands: description.commands ?? [],
    restart: restartSpec(role, description.restart),
    essential: description.essential ?? false,
    stop: stopSpec(description.stop),
    watch: null,
    waitsForChange: description.waitsForChange ?? false,
  };
};

const stopSpec = (stop: Partial<StopSpec> = {}): StopSpec => {
  const signal = (stop.signal ?? 'SIGTERM') as NodeJS.Signals;
  return {
    signal,
    signalNumber: constants.signals[signal],
    isDefault: stop.signal === undefined,
    grace: null,
    command: null,
    ...stop,
  };
};

/** `web-2` is the second instance of `web`. */
const appOf = (primary: string): AppSpec => {
  const [, name = primary, instance = '1'] = /^(.*)-(\d+)$/.exec(primary) ?? [];
  return { name, instance: Number(instance), primary };
};

const allBelow = (pod: PodDescription, primary: string): string[] =>
  Object.keys(pod).filter((name) => name !== primary && !dependsOn(pod, name, primary));

const dependsOn = (pod: PodDescription, name: string, other: string): boolean =>
  (pod[name]?.dependsOn ?? [])
    .map(processOf)
    .some((below) => below === other || dependsOn(pod, below, other));

const processOf = (dependency: Dependency): string =>
  typeof dependency === 'string' ? dependency : dependency.process;

const dependencySpec = (pod: PodDescription, dependency: Dependency): DependencySpec => {
  const process = processOf(dependency);
  const condition = pod[process]?.role === 'init' ? 'completed' : 'ready';
  const said = typeof dependency === 'string' ? {} : dependency;
  return { condition, restart: false, required: true, ...said, process };
};

const probeSpec = (said: Partial<ProbeSpec> | undefined, failureThreshold: number): ProbeSpec | null =>
  said === undefined
    ? null
    : {
        target: { kind: 'tcp', host: '127.0.0.1', port: 1 },
        initialDelay: 0,
        period: 1_000,
        timeout: 1_000,
        successThreshold: 1,
        failureThreshold,
        grace: null,
        ...said,
      };

const restartSpec = (role: Role, said: ProcessDescription['restart']): RestartSpec => ({
  policy: POLICY[role],
  backoff: { initial: 1_000, factor: 2, max: 60_000 },
  resetAfter: 10_000,
  limit: null,
  ...(typeof said === 'string' ? { policy: said } : said),
});

const inStartOrder = (processes: ReadonlyMap<string, ProcessSpec>): ReadonlyMap<string, ProcessSpec> => {
  const ordered = new Map<string, ProcessSpec>();
  const add = (name: string): void => {
    const process = processes.get(name);
    if (process === undefined) throw new Error(`no process ${name} is described`);
    if (ordered.has(name)) return;
    for (const dependency of process.dependsOn) add(dependency.process);
    ordered.set(name, process);
  };
  for (const name of processes.keys()) add(name);
  return ordered;
};
