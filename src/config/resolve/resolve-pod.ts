import { resolve } from 'node:path';
import type { ConfigProblem, Result } from '../../model/failures/config-problem.ts';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import type {
  CommandSpec,
  DependencySpec,
  LaunchSpec,
  PodSpec,
  ProcessSpec,
  VolumeSpec,
} from '../../model/pod-spec.ts';
import { distinct } from '../check/distinct.ts';
import type { PodConfig } from '../types.ts';
import type { DeclaredProcess } from './component.ts';
import { configuredVolumes, declaredProcesses, dependenciesByProcess, portsOf } from './declared.ts';
import { detoursWithout } from './detours.ts';
import { fillProcess } from './fill-wiring.ts';
import type { FilledProcess } from './filled-process.ts';
import { InjectedVariables } from './injected-variables.ts';
import type { LoadedConfig } from './loaded-config.ts';
import { placedVolumes } from './placed-volumes.ts';
import { PodEnvironment } from './pod-environment.ts';
import { ProvidedVariables } from './provided-variables.ts';
import { appendArguments, appendingBlocker } from './resolve-command.ts';
import type { CallerStreams, PodOptions, ResolveInputs } from './resolve-inputs.ts';
import { resolvePorts } from './resolve-ports.ts';
import { milliseconds, resolveProcess } from './resolve-process.ts';
import { resolveUi } from './resolve-ui.ts';
import { expandNames, findSelectionProblems, type Selection, selectProcesses } from './select-processes.ts';
import { startOrder } from './start-order.ts';
import { DryWiring, RealWiring, type WiringSource } from './wiring-source.ts';

export interface DeclaredVolume {
  readonly name: string;
  readonly kind: 'pod' | 'persist' | 'external';
  /** Absolute path, or `null` if the runtime chooses. */
  readonly path: string | null;
}

/** Every port of the config, in the order of declaration: these need a number. */
export const declaredPorts = (loaded: LoadedConfig): readonly DeclaredPort[] =>
  declaredProcesses(loaded.config)
    .flatMap(portsOf)
    .map((port) =>
      loaded.prefersTargets && port.target !== null && port.target >= FIRST_OPEN
        ? { ...port, preferred: port.target }
        : port,
    );

/** Ports below are for the superuser. */
const FIRST_OPEN = 1024;

/** Processes that start with the pod; the others stay down until they are started by hand. */
export const desiredProcesses = ({ config }: LoadedConfig, selection: Selection): ReadonlySet<string> => {
  const processes = declaredProcesses(config);
  return selectProcesses(processes, dependenciesByProcess(config), selection);
};

/** Every volume of the config: these need a directory. */
export const declaredVolumes = ({ config, folder }: LoadedConfig): readonly DeclaredVolume[] =>
  configuredVolumes(config).map(({ name, fields: { persist = false, path } }) => {
    if (path !== undefined) return { name, kind: 'external', path: resolve(folder, path) };
    return { name, kind: persist ? 'persist' : 'pod', path: null };
  });

/**
 * Resolves the pod for the core: every default is filled in, functions are called, references are replaced.
 *
 * @example
 * const pod = resolvePod(loaded, { ports, volumes, env, checkResult: findSlotProblems, only: [], without: [], primaryCommand: null, primaryArgs: [] });
 * if (!pod.ok) process.stderr.write(formatConfigProblems(pod, { color: false }));
 */
export const resolvePod = (loaded: LoadedConfig, inputs: ResolveInputs): Result<PodSpec> =>
  buildPod(loaded, inputs, new RealWiring(loaded, inputs, inputs));

/** Finds all problems that can be found before ports are assigned and functions are called. */
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
  const source = new DryWiring(loaded, { ports, volumes, filesFolder: loaded.folder, env });
  const pod = buildPod(loaded, AS_WRITTEN, source);
  return pod.ok ? [] : pod.problems;
};

/** Options without a command line. */
const AS_WRITTEN: PodOptions = {
  ...{ only: [], without: [], primaryCommand: null, primaryArgs: [] },
  ...{ watching: false, callerStreams: 'none', colors: false },
};

const buildPod = (loaded: LoadedConfig, options: PodOptions, source: WiringSource): Result<PodSpec> => {
  const { pod, problems } = assemblePod(loaded, options, source);
  return problems.length > 0
    ? { ok: false, file: loaded.file, problems: distinct(problems) }
    : { ok: true, value: pod };
};

interface Assembled {
  readonly pod: PodSpec;
  /** Problems; if there are any, the pod has stand-ins. */
  readonly problems: readonly ConfigProblem[];
}

export const assemblePod = (loaded: LoadedConfig, options: PodOptions, source: WiringSource): Assembled => {
  const { folder, config } = loaded;
  const all = declaredProcesses(config);
  const declared = detoursWithout(all, expandNames(all, options.without));
  const { candidates, supporting } = choosePrimaries(loaded, options, declared);
  const problems = [...findSelectionProblems(declared, options), ...findPrimaryProblems(candidates, options)];
  const processes = resolveProcesses(loaded, options, {
    declared,
    primary: candidates.length === 1 ? (candidates[0] ?? null) : null,
    supporting,
    source,
    report: (problem) => problems.push(problem),
  });
  const { grace, minimumGrace } = config.stop ?? {};
  const pod = {
    name: loaded.name,
    folder,
    processes,
    stop: { grace: milliseconds(grace, 10_000), minimumGrace: milliseconds(minimumGrace, 2000) },
    volumes: resolveVolumes(loaded, source.volumes),
    containerEngine: config.container?.engine ?? null,
    ui: resolveUi(config.ui),
  };
  return { pod, problems };
};

interface ChosenPrimaries {
  /** Primaries that a command or arguments from the command line may be for; with a single one there is no choice. */
  readonly candidates: readonly string[];
  readonly supporting: ReadonlySet<string>;
}

/** Primaries that `--only` names come before those that they depend on. */
const choosePrimaries = (
  loaded: LoadedConfig,
  selection: Selection,
  declared: readonly DeclaredProcess[],
): ChosenPrimaries => {
  const primaries = declared.filter(({ role }) => role === 'primary').map(({ name }) => name);
  if (primaries.length === 1) return { candidates: primaries, supporting: new Set() };
  const desired = desiredProcesses(loaded, selection);
  const starting = primaries.filter((name) => desired.has(name));
  const asked = new Set(expandNames(declared, selection.only));
  const meant = starting.filter((name) => asked.has(name));
  if (meant.length === 0) return { candidates: starting, supporting: new Set() };
  return { candidates: meant, supporting: new Set(starting.filter((name) => !asked.has(name))) };
};

const findPrimaryProblems = (
  primaries: readonly string[],
  { primaryCommand, primaryArgs }: PodOptions,
): readonly ConfigProblem[] => {
  if (primaries.length === 1 || (primaryCommand === null && primaryArgs.length === 0)) return [];
  return [{ kind: 'which-primary', given: primaryCommand === null ? 'arguments' : 'command', primaries }];
};

/**
 * `run -- COMMAND` runs another program in the app's place: it keeps the app's wiring, and not its probes, hooks and
 * restarts.
 */
const withOtherCommand = (process: DeclaredProcess): DeclaredProcess => {
  const { description, cwd, env, envFile, ports, mounts, files, provides, isolate, dependsOn } =
    process.fields;
  const kept = { description, cwd, env, envFile, ports, mounts, files, provides, isolate, dependsOn };
  const set = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  return { ...process, fields: { ...set, command: ['true'], readiness: false } };
};

const resolveProcesses = (
  loaded: LoadedConfig,
  options: PodOptions,
  { declared, primary, supporting, source, report }: Building,
): ReadonlyMap<string, ProcessSpec> => {
  const { config, folder } = loaded;
  const environment = new PodEnvironment(loaded, options, { source, report });
  const filled = declared.map((process) => {
    const source =
      process.name === primary && options.primaryCommand !== null ? withOtherCommand(process) : process;
    return fillProcess(source, environment.fillingFor(process));
  });
  const ports = resolvePorts(filled, source.ports);
  const { volumes, filesFolder, addressOf } = source;
  const injected = new InjectedVariables({ ports, volumes, filesFolder, addressOf });
  const provided = new ProvidedVariables(filled, report);
  const injectedInto = (process: FilledProcess) => {
    const own = injected.of(process);
    return { ...own, provided: { ...provided.of(process.name, own), ...injected.detoured(process) } };
  };
  const dependencies = resolveDependencies(config, expandNames(declared, options.without));
  const pod = {
    folder,
    ports,
    addressOf,
    volumes,
    placed: placedVolumes(declaredVolumes(loaded), folder, filled),
    filesFolder,
    report,
    envOf: (process: FilledProcess) => ({
      ...environment.of(process),
      ...injectedInto(process),
    }),
    dependsOn: (name: string) => dependencies.get(name) ?? [],
    desired: desiredProcesses(loaded, options),
    supporting,
    watching: options.watching,
  };
  const resolved = filled.map((process) => {
    const spec = resolveProcess(process, pod);
    if (spec.name !== primary) return [spec.name, spec] as const;
    const because = appendingBlocker(spec.launch.command, globalThis.process.platform);
    if (because !== null && options.primaryArgs.length > 0) {
      report({ kind: 'takes-no-arguments', path: [...process.path, 'command'], because });
    }
    return [spec.name, withCommandLine(spec, options)] as const;
  });
  return inStartOrder(new Map(resolved));
};

interface Building {
  readonly declared: readonly DeclaredProcess[];
  /** Primary that a command or arguments from the command line are for. */
  readonly primary: string | null;
  readonly supporting: ReadonlySet<string>;
  readonly source: WiringSource;
  readonly report: (problem: ConfigProblem) => void;
}

/** Dependencies on processes that `--without` leaves out are dropped. */
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

const withCommandLine = (primary: ProcessSpec, options: PodOptions): ProcessSpec => {
  const { launch } = primary;
  const [file, ...args] = options.primaryCommand ?? [];
  if (file !== undefined)
    return { ...primary, launch: withCommand(launch, { kind: 'direct', file, args }, options.callerStreams) };
  const command = appendArguments(launch.command, options.primaryArgs, process.platform);
  return { ...primary, launch: { ...launch, command } };
};

const withCommand = (launch: LaunchSpec, command: CommandSpec, callers: CallerStreams): LaunchSpec => ({
  ...launch,
  command,
  stdin: callers === 'none' ? launch.stdin : 'caller',
  tty: callers === 'none' && launch.tty,
  output: callers === 'all' ? 'caller' : launch.output,
});

const inStartOrder = (processes: ReadonlyMap<string, ProcessSpec>): ReadonlyMap<string, ProcessSpec> => {
  const order = startOrder([...processes.keys()], (name) =>
    (processes.get(name)?.dependsOn ?? []).map((dependency) => dependency.process),
  );
  return new Map(
    order.flatMap((name) => {
      const process = processes.get(name);
      return process === undefined ? [] : [[name, process] as const];
    }),
  );
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
