import { isatty } from 'node:tty';
import { loadConfig } from '../config/load-config.ts';
import {
  declaredPorts,
  declaredVolumes,
  type LoadedConfig,
  resolvePod,
  wantedProcesses,
} from '../config/resolve-pod.ts';
import type { ConfigFailure, Result } from '../core/config-problem.ts';
import type { PodSpec } from '../core/pod-spec.ts';
import type { DeclaredPort, PortFailure } from '../core/port-failure.ts';
import { clearDeadRuns } from '../runtime/guard/clear-dead-runs.ts';
import {
  type AllocatedPorts,
  allocatePorts,
  type PortAllocation,
  type PortLeases,
} from '../runtime/ports/allocate-ports.ts';
import { stateFolderPath } from '../runtime/state-folder.ts';
import type { StorageFailure } from '../runtime/volumes/storage-failure.ts';
import { planVolumes } from '../runtime/volumes/volumes.ts';
import type { ConfigOptions } from './options.ts';
import { wantsColor } from './terminal.ts';

/** The build puts the library beside the command line; a config that imports `sidecarctl` may mean this one. */
declare const SIDECARCTL_LIBRARY: string;

export interface Preparation {
  readonly options: ConfigOptions;
  readonly mode: 'dev' | 'up' | 'run' | 'check' | 'graph';
  /** `run -- COMMAND…`, in place of the primary's command. */
  readonly primaryCommand: readonly string[] | null;
  /** `dev -- ARGS`, after the primary's command. */
  readonly primaryArgs: readonly string[];
  /** For what is only looked at, ports need not be free. */
  readonly ports: 'allocate' | 'pretend';
}

export interface PreparedPod {
  readonly spec: PodSpec;
  /** What earlier runs left and could not be cleared away: to be told, and no reason not to start. */
  readonly notCleared: readonly StorageFailure[];
  readonly configFile: string;
  readonly runId: string;
  readonly leases: PortLeases;
}

export type PreparationFailure =
  | { readonly kind: 'config'; readonly failure: ConfigFailure }
  | { readonly kind: 'ports'; readonly failures: readonly PortFailure[] };

export type Prepared =
  | { readonly ok: true; readonly pod: PreparedPod }
  | { readonly ok: false; readonly failure: PreparationFailure };

/**
 * From a command line to a pod that could be started: config, ports, paths. Nothing is started or written, but what
 * dead supervisors left in the folder is ended and removed: it may well hold the ports that are asked for.
 */
export const preparePod = async (preparation: Preparation): Promise<Prepared> => {
  // A config may ask for its working directory too.
  if (preparation.options.cwd !== undefined) process.chdir(preparation.options.cwd);
  const loaded = await load(preparation);
  if (!loaded.ok) return { ok: false, failure: { kind: 'config', failure: loaded } };
  const notCleared = await clearDeadRuns(loaded.value.folder);
  const allocation = await numberPorts(loaded.value, preparation);
  if (!allocation.ok) return { ok: false, failure: { kind: 'ports', failures: allocation.failures } };
  const { ports, leases } = allocation;
  const pod = resolve(preparation, loaded.value, ports);
  if (pod.ok) return { ok: true, pod: { ...pod.value, leases, notCleared } };
  await leases.release();
  return { ok: false, failure: { kind: 'config', failure: pod } };
};

const load = ({ options, mode, primaryArgs, primaryCommand }: Preparation): Promise<Result<LoadedConfig>> =>
  loadConfig({
    cwd: process.cwd(),
    ...(options.config === undefined ? {} : { file: options.config }),
    mode,
    env: process.env,
    args: primaryCommand ?? primaryArgs,
    selfUrl: new URL(SIDECARCTL_LIBRARY, import.meta.url).href,
  });

const resolve = (
  { options, primaryArgs, primaryCommand }: Preparation,
  loaded: LoadedConfig,
  ports: AllocatedPorts,
): Result<Omit<PreparedPod, 'leases' | 'notCleared'>> => {
  const runId = newRunId();
  const volumes = planVolumes(declaredVolumes(loaded), stateFolderPath(loaded.folder), runId);
  const env = inheritedEnvironment(options);
  const spec = resolvePod(loaded, {
    ...selectionOf(options),
    ports,
    volumes,
    env,
    primaryCommand,
    primaryArgs,
  });
  return spec.ok ? { ok: true, value: { spec: spec.value, configFile: loaded.file, runId } } : spec;
};

const numberPorts = async (loaded: LoadedConfig, preparation: Preparation): Promise<PortAllocation> => {
  const declared = declaredPorts(loaded);
  if (preparation.ports === 'pretend') return pretendPorts(declared);
  // One that is left out may be running elsewhere, on that very port.
  const wanted = wantedProcesses(loaded, selectionOf(preparation.options));
  const asked = declared.filter(({ process, port }) => port === 'auto' || wanted.has(process));
  const stateFolder = { path: stateFolderPath(loaded.folder), configFolder: loaded.folder };
  const allocation = await allocatePorts(asked, { pod: loaded.name, stateFolder });
  if (!allocation.ok) return allocation;
  const autos = allocation.ports;
  return {
    ...allocation,
    ports: withAutos(declared, ({ process, name }) => autos.get(process)?.get(name) ?? 0),
  };
};

const selectionOf = ({ only = [], without = [] }: ConfigOptions) => ({ only, without });

/** Tells runs in one folder apart, and needs no more: node:crypto would cost 6 ms of the start. */
const newRunId = (): string =>
  Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

/** For a look at the config: numbers that stand for ports, none of them asked for. */
const pretendPorts = (declared: readonly DeclaredPort[]): PortAllocation => ({
  ok: true,
  ports: withAutos(declared, (port) => PRETENDED_FROM + declared.indexOf(port)),
  leases: { release: async () => undefined },
});

const withAutos = (
  declared: readonly DeclaredPort[],
  auto: (port: DeclaredPort) => number,
): AllocatedPorts => {
  const ports = new Map<string, Map<string, number>>();
  for (const port of declared) {
    const ofProcess = ports.get(port.process) ?? new Map<string, number>();
    ports.set(port.process, ofProcess.set(port.name, port.port === 'auto' ? auto(port) : port.port));
  }
  return ports;
};

/** A child cannot see the terminal behind our pipes, so what the terminal can do is passed on. */
const inheritedEnvironment = (options: ConfigOptions): Record<string, string> => {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([, value]) => value !== undefined),
  );
  const ours = isatty(1) && wantsColor(1, options.color) ? FOR_COLOR : {};
  return { ...ours, ...inherited } as Record<string, string>;
};

/** chalk and Node's styleText read FORCE_COLOR, most others CLICOLOR_FORCE; Python buffers what is no terminal. */
const FOR_COLOR = {
  FORCE_COLOR: '1',
  CLICOLOR_FORCE: '1',
  CARGO_TERM_COLOR: 'always',
  PYTHONUNBUFFERED: '1',
};
const PRETENDED_FROM = 20_000;
