import { declaredPorts, type LoadedConfig, wantedProcesses } from '../config/resolve-pod.ts';
import type { CoreEvent } from '../core/core-event.ts';
import type { PodSpec } from '../core/pod-spec.ts';
import type { PodState } from '../core/pod-state.ts';
import type { DeclaredPort } from '../core/port-failure.ts';
import { planReload, type ReloadPlan } from '../core/reload-plan.ts';
import { formatConfigProblems } from '../report/config-problems.ts';
import { describePortFailure } from '../report/port-failures.ts';
import type { Isolation } from '../runtime/isolation/isolation.ts';
import { isolationText } from '../runtime/isolation/isolation-text.ts';
import { allocatePorts, type PortAllocation, type PortLeases } from '../runtime/ports/allocate-ports.ts';
import { stateFolderPath } from '../runtime/state-folder.ts';
import type { PodStorage } from './pod-storage.ts';
import {
  findIsolation,
  isolationObstacles,
  load,
  type PreparedPod,
  resolve,
  withAutos,
  withLabel,
} from './prepare-pod.ts';

export type ReloadOutcome =
  | { readonly ok: true; readonly plan: ReloadPlan }
  /** Nothing has been changed; in words, a line for each problem. */
  | { readonly ok: false; readonly message: string };

interface ReloadOptions {
  readonly prepared: PreparedPod;
  readonly storage: PodStorage;
  readonly pod: () => PodState;
  /** What launches use from then on. */
  readonly isolate: (isolation: Isolation | null) => void;
  /** For processes that may be new. */
  readonly openOutputs: (processes: readonly string[]) => Promise<void>;
  readonly send: (event: CoreEvent) => void;
}

type Next =
  | {
      readonly ok: true;
      readonly spec: PodSpec;
      readonly leases: PortLeases;
      readonly isolation: Isolation | null;
    }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the config of a running pod anew. It is checked as a whole before anything is touched: ports that stay keep
 * their numbers, new ones are found, new volumes are made; then the core follows what differs.
 */
export class ConfigReload {
  readonly #options: ReloadOptions;
  readonly #leases: PortLeases[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: ReloadOptions) {
    this.#options = options;
  }

  /** One after the other. */
  run(dryRun: boolean): Promise<ReloadOutcome> {
    const run = this.#running.then(() => this.#run(dryRun));
    this.#running = run.catch(() => undefined);
    return run;
  }

  /** Lets go of the ports that reloads have brought. */
  async release(): Promise<void> {
    await this.#running;
    await Promise.all(this.#leases.map((leases) => leases.release()));
  }

  async #run(dryRun: boolean): Promise<ReloadOutcome> {
    const { prepared, pod, send, storage, isolate, openOutputs } = this.#options;
    if (prepared.preparation.origin.kind === 'given')
      return refused('the config of this pod was given by a program');
    const next = await this.#next();
    if (!next.ok) return next;
    if (pod().stop !== null) return this.#giveUp(next.leases, 'the pod is stopping');
    const plan = planReload(pod(), next.spec);
    if (dryRun) {
      await next.leases.release();
      return { ok: true, plan };
    }
    const failures = storage.extend(next.spec);
    if (failures.length > 0)
      return this.#giveUp(next.leases, failures.map(({ message }) => message).join('\n'));
    this.#leases.push(next.leases);
    // What runs isolated may need it until it has ended, even where nothing asks for it any more.
    if (next.isolation !== null) isolate(next.isolation);
    await openOutputs([...next.spec.processes.keys()]);
    send({ type: 'reload', spec: next.spec });
    return { ok: true, plan };
  }

  async #giveUp(leases: PortLeases, message: string): Promise<ReloadOutcome> {
    await leases.release();
    return refused(message);
  }

  async #next(): Promise<Next> {
    const { preparation, modules, configFile, runId } = this.#options.prepared;
    modules.renew();
    // The file that the pod was started from, whatever a search would find by now.
    const origin = { kind: 'file', folder: process.cwd(), file: configFile } as const;
    const found = await load({ ...preparation, origin }, modules);
    if (!found.ok) return { ok: false, message: formatConfigProblems(found, { color: false }).trimEnd() };
    const loaded = withLabel(found.value, preparation.label);
    const allocation = await this.#numberPorts(loaded);
    if (!allocation.ok) {
      const lines = allocation.failures.map(describePortFailure);
      return { ok: false, message: lines.map(({ problem, advice }) => `${problem}; ${advice}`).join('\n') };
    }
    const { ports, leases } = allocation;
    const spec = resolve(preparation, loaded, ports, runId);
    const judged = spec.ok ? await this.#judge(spec.value) : spec;
    if (judged.ok) return { ...judged, leases };
    await leases.release();
    return 'message' in judged
      ? judged
      : { ok: false, message: formatConfigProblems(judged, { color: false }).trimEnd() };
  }

  /** Whether the machine isolates its processes as they ask. */
  async #judge(
    spec: PodSpec,
  ): Promise<Omit<Extract<Next, { ok: true }>, 'leases'> | Extract<Next, { ok: false }>> {
    const isolation = await findIsolation(spec);
    const failures = isolationObstacles(spec, isolation);
    if (failures.length === 0) return { ok: true, spec, isolation };
    return { ok: false, message: failures.map(isolationText).join('\n') };
  }

  /** Asked for is what this pod does not hold already: a fixed port may be handed from one process to another. */
  async #numberPorts(loaded: LoadedConfig): Promise<PortAllocation> {
    const { spec } = this.#options.pod();
    const { preparation } = this.#options.prepared;
    const declared = declaredPorts(loaded);
    const wanted = wantedProcesses(loaded, preparation);
    const asked = declared.filter(
      (port) => !isHeld(spec, port) && (port.port === 'auto' || wanted.has(port.process)),
    );
    const stateFolder = { path: stateFolderPath(loaded.folder), configFolder: loaded.folder };
    const allocation = await allocatePorts(asked, { pod: loaded.name, stateFolder });
    if (!allocation.ok) return allocation;
    const numberOf = (port: DeclaredPort): number =>
      heldAuto(spec, port) ?? allocation.ports.get(port.process)?.get(port.name) ?? 0;
    return { ...allocation, ports: withAutos(declared, numberOf) };
  }
}

const refused = (message: string): ReloadOutcome => ({ ok: false, message });

const isHeld = (spec: PodSpec, declared: DeclaredPort): boolean =>
  declared.port === 'auto'
    ? heldAuto(spec, declared) !== null
    : [...spec.processes.values()].some(({ ports }) =>
        ports.some(
          ({ port, protocol, host }) =>
            port === declared.port && protocol === declared.protocol && host === declared.host,
        ),
      );

const heldAuto = (spec: PodSpec, { process, name, protocol, host }: DeclaredPort): number | null =>
  spec.processes
    .get(process)
    ?.ports.find(
      (port) => port.auto && port.name === name && port.protocol === protocol && port.host === host,
    )?.port ?? null;
