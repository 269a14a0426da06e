import { resolve } from 'node:path';
import type { ConfigProblem, Result } from '../core/config-problem.ts';
import type {
  CommandSpec,
  DependencySpec,
  EnvSpec,
  PodSpec,
  ProcessSpec,
  UiSpec,
  VolumeSpec,
} from '../core/pod-spec.ts';
import type { DeclaredPort } from '../core/port-failure.ts';
import { declaredProcesses, dependenciesByProcess, portsOf, primaryName } from './declared.ts';
import { envFilesOf } from './env-files.ts';
import type { FillMode } from './fill-slot.ts';
import { type FilledConfig, fillWiring } from './fill-wiring.ts';
import { injectedVariables } from './injected-variables.ts';
import { appendArguments } from './resolve-command.ts';
import { resolvePorts } from './resolve-ports.ts';
import { envValues, milliseconds, resolveProcess } from './resolve-process.ts';
import { findSelectionProblems, type Selection, selectProcesses } from './select-processes.ts';
import { startOrder } from './start-order.ts';
import type { EnvValue, PodConfig, ProcessConfig, VolumeConfig } from './types.ts';

/** A config that breaks no rule, with its functions and references still in it. */
export interface LoadedConfig {
  readonly file: string;
  /** Absolute. */
  readonly folder: string;
  /** The pod's. */
  readonly name: string;
  readonly config: PodConfig;
  /** What the pod's env files hold: part of what `env` means in the config. */
  readonly fileEnv: Readonly<Record<string, string>>;
}

export interface DeclaredVolume {
  readonly name: string;
  readonly kind: 'pod' | 'persist' | 'external';
  /** Absolute; `null` where the runtime chooses. */
  readonly path: string | null;
}

/** What is known only when a pod is about to start. */
export interface ResolveInputs extends Selection {
  /** A number for each declared port, by process and port name. */
  readonly ports: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** A directory for each declared volume, absolute. */
  readonly volumes: ReadonlyMap<string, string>;
  /** Inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** From `run -- …`: takes the place of the primary's command; its probes, hooks and restarts go with it. */
  readonly primaryCommand: readonly string[] | null;
  /** Whether changes of files are followed: else `watch` has no effect. */
  readonly watching: boolean;
  /** From `dev -- …`: appended to the primary's command. */
  readonly primaryArgs: readonly string[];
}

/** Every port of the config, in the order of declaration: what needs a number. */
export const declaredPorts = (loaded: LoadedConfig): readonly DeclaredPort[] =>
  declaredProcesses<ProcessConfig>(loaded.config).flatMap(portsOf);

/** The processes that start with the pod; the others stay down until they are started by hand. */
export const wantedProcesses = ({ config }: LoadedConfig, selection: Selection): ReadonlySet<string> =>
  selectProcesses(declaredProcesses<ProcessConfig>(config), dependenciesByProcess(config), selection);

/** Every volume of the config: what needs a directory. */
export const declaredVolumes = ({ config, folder }: LoadedConfig): readonly DeclaredVolume[] =>
  Object.entries<VolumeConfig>(config.volumes ?? {}).map(([name, { persist = false, path }]) => {
    if (path !== undefined) return { name, kind: 'external', path: resolve(folder, path) };
    return { name, kind: persist ? 'persist' : 'pod', path: null };
  });

/**
 * The pod as the core takes it: every default filled in, functions called, references replaced.
 *
 * @example
 * const pod = resolvePod(loaded, { ports, volumes, env, only: [], without: [], primaryCommand: null, primaryArgs: [] });
 * if (!pod.ok) process.stderr.write(formatConfigProblems(pod, { color: false }));
 */
export const resolvePod = (loaded: LoadedConfig, inputs: ResolveInputs): Result<PodSpec> =>
  buildPod(loaded, inputs, 'real');

/** All that can be found wrong before ports are given out and functions called. */
export const dryRun = (
  loaded: LoadedConfig,
  env: Readonly<Record<string, string>>,
): readonly ConfigProblem[] => {
  const ports = new Map<string, Map<string, number>>();
  for (const { process, name, port } of declaredPorts(loaded)) {
    const byName = ports.get(process) ?? new Map<string, number>();
    ports.set(process, byName.set(name, port === 'auto' ? 1 : port));
  }
  const volumes = new Map(declaredVolumes(loaded).map(({ name }) => [name, loaded.folder]));
  const inputs: ResolveInputs = {
    ...{ ports, volumes, env, only: [], without: [], primaryCommand: null, primaryArgs: [] },
    watching: false,
  };
  const pod = buildPod(loaded, inputs, 'dry');
  return pod.ok ? [] : pod.problems;
};

const buildPod = (loaded: LoadedConfig, inputs: ResolveInputs, mode: FillMode): Result<PodSpec> => {
  const { file, folder } = loaded;
  const source = inputs.primaryCommand === null ? loaded.config : withOtherPrimary(loaded.config);
  const wiring = { ports: inputs.ports, volumes: inputs.volumes, env: { ...inputs.env, ...loaded.fileEnv } };
  const filled = fillWiring(source, wiring, mode);
  const names = declaredProcesses(source).map(({ name }) => name);
  const problems = [...findSelectionProblems(names, inputs), ...filled.problems];
  const processes = resolveProcesses(loaded, filled.config, inputs, (problem) => problems.push(problem));
  if (problems.length > 0) return { ok: false, file, problems };
  const { grace, minimumGrace } = filled.config.stop ?? {};
  return {
    ok: true,
    value: {
      name: loaded.name,
      folder,
      processes,
      stop: { grace: milliseconds(grace, 10_000), minimumGrace: milliseconds(minimumGrace, 2000) },
      volumes: resolveVolumes(loaded, inputs.volumes),
      ui: resolveUi(loaded.config),
    },
  };
};

const resolveUi = ({ ui }: PodConfig): UiSpec => {
  const keys = Object.entries(ui?.keys ?? {}).map(([action, given]) => [
    action,
    typeof given === 'string' ? [given] : given,
  ]);
  return { keys: Object.fromEntries(keys), theme: { ...ui?.theme } };
};

/**
 * `run -- COMMAND` is another program in the app's place: the app's wiring is kept; its probes, hooks and restarts mean
 * nothing for it.
 */
const withOtherPrimary = (config: PodConfig): PodConfig => {
  const { name, description, cwd, env, envFile, ports, mounts, isolate, dependsOn } = config.primary;
  const kept = { name, description, cwd, env, envFile, ports, mounts, isolate, dependsOn };
  const set = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return { ...config, primary: { ...set, command: ['true'], readiness: false } };
};

const resolveProcesses = (
  loaded: LoadedConfig,
  filled: FilledConfig,
  inputs: ResolveInputs,
  report: (problem: ConfigProblem) => void,
): ReadonlyMap<string, ProcessSpec> => {
  const { config, folder } = loaded;
  const declared = declaredProcesses<FilledConfig['primary']>(filled as never);
  const ports = resolvePorts(declared, inputs.ports);
  const dependencies = resolveDependencies(config, inputs.without);
  const pod = {
    folder,
    ports,
    volumes: inputs.volumes,
    report,
    env: podEnv(filled, folder, inputs.env),
    injected: (name: string) => injectedVariables(name, ports, inputs.volumes),
    dependsOn: (name: string) => dependencies.get(name) ?? [],
    wanted: wantedProcesses(loaded, inputs),
    watching: inputs.watching,
  };
  const resolved = new Map(declared.map((process) => [process.name, resolveProcess(process, pod)]));
  const primary = resolved.get(primaryName(config));
  if (primary !== undefined) resolved.set(primary.name, withCommandLine(primary, inputs));
  return inStartOrder(resolved);
};

/** What `--without` leaves out is waited for by nobody. */
const resolveDependencies = (
  config: PodConfig,
  without: readonly string[],
): ReadonlyMap<string, readonly DependencySpec[]> =>
  new Map(
    [...dependenciesByProcess(config)].map(([name, list]) => [
      name,
      list
        .filter(({ process }) => !without.includes(process))
        .map(({ process, condition, restart, required }) => ({ process, condition, restart, required })),
    ]),
  );

const podEnv = (
  filled: FilledConfig,
  folder: string,
  inherited: Readonly<Record<string, string>>,
): Pick<EnvSpec, 'inherited' | 'podFiles' | 'pod'> => ({
  inherited,
  podFiles: envFilesOf(filled.envFile, folder),
  pod: envValues(filled.env as Readonly<Record<string, EnvValue>>),
});

const withCommandLine = (
  primary: ProcessSpec,
  { primaryCommand, primaryArgs }: ResolveInputs,
): ProcessSpec => {
  const [file, ...args] = primaryCommand ?? [];
  const own: CommandSpec = file === undefined ? primary.launch.command : { kind: 'direct', file, args };
  const command = appendArguments(own, primaryArgs, process.platform);
  return { ...primary, launch: { ...primary.launch, command } };
};

const inStartOrder = (processes: ReadonlyMap<string, ProcessSpec>): ReadonlyMap<string, ProcessSpec> => {
  const order = startOrder([...processes.keys()], (name) =>
    (processes.get(name)?.dependsOn ?? []).map((dependency) => dependency.process),
  );
  return new Map(order.flatMap((name) => [...processes].filter(([other]) => other === name)));
};

const resolveVolumes = (
  loaded: LoadedConfig,
  paths: ReadonlyMap<string, string>,
): ReadonlyMap<string, VolumeSpec> =>
  new Map(
    declaredVolumes(loaded).map(({ name, kind }) => {
      const path = paths.get(name);
      if (path === undefined) throw new Error(`no directory was given for volume ${name}`);
      return [name, { name, path, lifetime: kind }];
    }),
  );
