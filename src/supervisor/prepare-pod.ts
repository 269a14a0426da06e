import { ConfigModules } from '../config/load/config-modules.ts';
import type { ContainerEngineName } from '../model/container-engines.ts';
import type { DeclaredPort } from '../model/failures/port-failure.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { CliPlace } from '../runtime/engines/container/container-cli.ts';
import type { Engine } from '../runtime/engines/engine.ts';
import { findUnsupported } from '../runtime/engines/find-unsupported.ts';
import { PodEngine } from '../runtime/engines/pod-engine.ts';
import { ProcessEngine } from '../runtime/engines/process/process-engine.ts';
import { clearDeadRuns } from '../runtime/guard/clear-dead-runs.ts';
import type { OpenFifos } from '../runtime/output/output-fifos.ts';
import {
  type AllocatedPorts,
  allocatePorts,
  type PortAllocation,
  type PortLeases,
} from '../runtime/ports/allocate-ports.ts';
import { stateFolderPath } from '../runtime/state/state-folder.ts';
import { findUnmet } from './find-unmet.ts';
import { findHolder, type PodPlace, takePlace } from './pod-place.ts';
import type { Preparation, PreparationFailure } from './preparation.ts';
import { prepareCertificates } from './prepare-certificates.ts';
import type { ReadPod } from './reading/messages.ts';
import { openReading } from './reading/open-reading.ts';
import type { Reading } from './reading/reading.ts';

export interface PreparedPod {
  readonly preparation: Preparation;
  readonly modules: ConfigModules;
  readonly reading: Reading;
  readonly spec: PodSpec;
  /** What the file of another tool says and this pod does not do, one line each with the file's name. */
  readonly leftOut: readonly string[];
  /** Remains of earlier runs that could not be removed: they are reported, and do not prevent the start. */
  readonly notCleared: readonly StorageFailure[];
  /** Absolute path of the config file, or of the folder if the config was passed. */
  readonly configFile: string;
  readonly runId: string;
  readonly label: string | null;
  readonly leases: PortLeases;
  readonly place: PodPlace;
  readonly engines: PodEngines;
}

interface PodEngines {
  /** Engine for the supervisor's own helpers and for the guard. Not opened yet. */
  readonly machine: ProcessEngine;
  /** Launches the pod's processes. */
  readonly engine: Engine;
  /** Where the containers of the run are; null: it has none. */
  readonly containerPlace: () => CliPlace | null;
  /** The engine that may still have containers of the run after the last sweep; null: none. */
  readonly containersLeftWith: () => ContainerEngineName | null;
}

type Prepared =
  | { readonly ok: true; readonly pod: PreparedPod }
  | { readonly ok: false; readonly failure: PreparationFailure };

/**
 * Turns a config into a pod that could be started: ports, paths, commands. It starts and writes nothing, but ends and
 * removes what dead supervisors left in the folder, because that may have the requested ports.
 */
export const preparePod = async (
  preparation: Preparation,
  { openFifos = noFifos, beforePlace = () => undefined, engine = null }: PrepareOptions = {},
): Promise<Prepared> => {
  const runId = newRunId();
  const machine = new ProcessEngine({ runId, openFifos });
  const own = new PodEngine({ runId, machine, env: preparation.env });
  const engines = {
    machine,
    engine: engine ?? own,
    containerPlace: () => own.containerPlace,
    containersLeftWith: () => own.containersLeftWith,
  };
  const settled = await settlePod(preparation, { runId, beforePlace, engines });
  if (settled.ok) await machine.prepareOutput([...settled.pod.spec.processes.values()]);
  return settled;
};

interface PrepareOptions {
  /** Default: processes write to pipes. */
  readonly openFifos?: OpenFifos;
  /** Called when the pod can be started, before anything is made that its end has to remove. */
  readonly beforePlace?: () => void;
  /** Launches the processes; null: the engines of this machine. */
  readonly engine?: Engine | null;
}

const noFifos: OpenFifos = async () => null;

interface Settling {
  readonly runId: string;
  readonly beforePlace: () => void;
  readonly engines: PodEngines;
}

const settlePod = async (preparation: Preparation, settling: Settling): Promise<Prepared> => {
  const modules = new ConfigModules();
  const { runId } = settling;
  const opened = await openReading(preparation, modules, runId);
  if (!opened.ok) return { ok: false, failure: { kind: 'config', failure: opened } };
  const reading = opened.value;
  const settled = await settleFrom(reading, preparation, modules, settling);
  if (!settled.ok || preparation.purpose === 'look') await reading.close();
  return settled;
};

const settleFrom = async (
  reading: Reading,
  preparation: Preparation,
  modules: ConfigModules,
  settling: Settling,
): Promise<Prepared> => {
  const { pod } = reading;
  const notCleared = await clearDeadRuns(pod.folder);
  // Checked before the ports are requested, which that pod may well have.
  const holder = findHolder(pod, preparation);
  if (holder !== null) return { ok: false, failure: holder };
  const allocation = await numberPorts(pod, preparation);
  if (!allocation.ok) return { ok: false, failure: { kind: 'ports', failures: allocation.failures } };
  const { ports, leases, remember } = allocation;
  const settled = await settle(preparation, reading, ports, settling);
  if (!settled.ok) {
    await leases.release();
    return settled;
  }
  remember();
  const { spec, place } = settled;
  const { label } = preparation;
  const { runId, engines } = settling;
  const held = { leases, place, notCleared, engines };
  return {
    ok: true,
    pod: {
      ...{ spec, preparation, modules, reading, configFile: pod.file, leftOut: pod.leftOut, runId, label },
      ...held,
    },
  };
};

type Settled =
  | { readonly ok: true; readonly spec: PodSpec; readonly place: PodPlace }
  | Extract<Prepared, { readonly ok: false }>;

/** Nothing is written if the config turns out to be wrong. */
const settle = async (
  preparation: Preparation,
  reading: Reading,
  ports: AllocatedPorts,
  { runId, beforePlace, engines }: Settling,
): Promise<Settled> => {
  const spec = await reading.resolve(ports);
  if (!spec.ok) return { ok: false, failure: { kind: 'config', failure: spec } };
  // With `look` nothing is started, and the kernel is not asked.
  const failure = preparation.purpose === 'run' ? await findObstacle(spec.value, engines.engine) : null;
  if (failure !== null) return { ok: false, failure };
  const message =
    preparation.purpose === 'run' ? await prepareCertificates(spec.value, preparation.env) : null;
  if (message !== null) return { ok: false, failure: { kind: 'certificates', message } };
  beforePlace();
  const taken = await takePlace(reading.pod, { runId, stop: spec.value.stop }, preparation);
  return taken.ok ? { ok: true, spec: spec.value, place: taken.place } : taken;
};

const findObstacle = async (spec: PodSpec, engine: Engine): Promise<PreparationFailure | null> => {
  const processes = [...spec.processes.values()];
  const unsupported = findUnsupported(engine, processes);
  if (unsupported.length > 0) return { kind: 'unsupported', failures: unsupported };
  const [obstacle] = await engine.obstacles(spec);
  if (obstacle !== undefined) return obstacle;
  const unmet = await findUnmet(spec);
  return unmet.length > 0 ? { kind: 'requirements', failures: unmet } : null;
};

const numberPorts = async (
  { name: pod, folder, ports: declared, desired }: ReadPod,
  preparation: Preparation,
): Promise<PortAllocation> => {
  if (preparation.purpose === 'look') return pretendPorts(declared);
  // A process that is left out may be running elsewhere, on that very port.
  const asked = declared.filter(({ process, port }) => port === 'auto' || desired.has(process));
  const stateFolder = { path: stateFolderPath(folder), configFolder: folder };
  const allocation = await allocatePorts(asked, { pod, stateFolder });
  if (!allocation.ok) return allocation;
  const autos = allocation.ports;
  return {
    ...allocation,
    ports: withAutos(declared, ({ process, name }) => autos.get(process)?.get(name) ?? 0),
  };
};

/** The id only tells runs in one folder apart: node:crypto would cost 6 ms of the start. */
const newRunId = (): string =>
  Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');

/** Placeholder numbers for a look at the config; none of them is requested. */
const pretendPorts = (declared: readonly DeclaredPort[]): PortAllocation => ({
  ok: true,
  ports: withAutos(declared, (port) => PRETENDED_FROM + declared.indexOf(port)),
  leases: { release: async () => undefined, releaseOf: async () => undefined },
  remember: () => undefined,
});

export const withAutos = (
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

const PRETENDED_FROM = 20_000;
