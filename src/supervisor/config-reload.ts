import type { Ask } from '../core/core-event.ts';
import type { PodState } from '../core/pod-state.ts';
import { planReload } from '../core/reload-plan.ts';
import { deepEqual } from '../model/deep-equal.ts';
import { errorMessage } from '../model/error-message.ts';
import type { DeclaredPort } from '../model/failures/port-failure.ts';
import type { Notice } from '../model/notice.ts';
import type { ReloadPlan } from '../model/planned-reload.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { engineObstacleTexts } from '../report/obstacle-texts.ts';
import { describePortFailure } from '../report/port-failures.ts';
import { requirementText } from '../report/requirement-text.ts';
import { storageFailureText } from '../report/storage-failures.ts';
import { unsupportedText } from '../report/unsupported-text.ts';
import { becauseText } from '../report/wording.ts';
import { findUnsupported } from '../runtime/engines/find-unsupported.ts';
import type { Answer } from '../runtime/open-requests.ts';
import { allocatePorts, type PortAllocation, type PortLeases } from '../runtime/ports/allocate-ports.ts';
import { tryListen } from '../runtime/ports/try-listen.ts';
import { stateFolderPath } from '../runtime/state/state-folder.ts';
import { findUnmet } from './find-unmet.ts';
import type { PodStorage } from './pod-storage.ts';
import { prepareCertificates } from './prepare-certificates.ts';
import { type PreparedPod, withAutos } from './prepare-pod.ts';
import { ConfigReader } from './reading/config-reader.ts';
import type { ReadPod } from './reading/messages.ts';

export type ReloadOutcome =
  | { readonly ok: true; readonly plan: ReloadPlan }
  /** Nothing has been changed. The message has one line for each problem. */
  | { readonly ok: false; readonly message: string };

interface ReloadOptions {
  readonly prepared: PreparedPod;
  readonly storage: PodStorage;
  readonly notice: (notice: Notice) => void;
  readonly pod: () => PodState;
  readonly ask: (ask: Ask) => Promise<Answer>;
}

type Next =
  | {
      readonly ok: true;
      readonly spec: PodSpec;
      readonly leases: PortLeases;
      readonly remember: () => void;
      /** What the file of another tool says by now and this pod does not do. */
      readonly leftOut: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/**
 * Reads the config of a running pod again. The whole config is checked before anything changes: ports that stay keep
 * their numbers, new ones are assigned, new volumes are created. Then the core follows the differences.
 */
export class ConfigReload {
  readonly #options: ReloadOptions;
  readonly #leases: PortLeases[] = [];
  /** Numbers of `auto` ports in this pod. Their leases are kept until their process is forgotten. */
  readonly #numbers = new Map<string, number>();
  #running: Promise<unknown> = Promise.resolve();
  #reader: ConfigReader | null = null;
  #told: ReadonlySet<string>;
  #isClosed = false;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#told = new Set(options.prepared.leftOut);
  }

  /** Runs one reload after the other. Never rejects: a failure is refused, and the pod stays as it is. */
  run(dryRun: boolean): Promise<ReloadOutcome> {
    const run = this.#running.then(() => this.#runSafely(dryRun));
    this.#running = run;
    return run;
  }

  async #runSafely(dryRun: boolean): Promise<ReloadOutcome> {
    if (this.#isClosed) return refused(becauseText('pod-stops'));
    try {
      return await this.#run(dryRun);
    } catch (error) {
      return refused(`the config could not be read: ${errorMessage(error)}`);
    }
  }

  /** Cuts off a running reload, and releases the ports of earlier ones. */
  async release(): Promise<void> {
    this.#isClosed = true;
    await this.#reader?.close();
    await this.#running;
    await Promise.all(this.#leases.map((leases) => leases.release()));
  }

  /** A process has left the pod: its ports are free for others. */
  forget(process: string): void {
    for (const key of this.#numbers.keys()) if (key.startsWith(`${process} `)) this.#numbers.delete(key);
    for (const leases of [this.#options.prepared.leases, ...this.#leases]) void leases.releaseOf(process);
  }

  async #run(dryRun: boolean): Promise<ReloadOutcome> {
    const { prepared, pod, storage } = this.#options;
    if (prepared.preparation.origin.kind === 'given')
      return refused('the config of this pod was given by a program');
    const next = await this.#next();
    if (!next.ok) return next;
    // Nothing is created on disk for a pod that stops.
    if (pod().stop !== null) return this.#giveUp(next.leases, becauseText('pod-stops'));
    if (dryRun) {
      await next.leases.release();
      return { ok: true, plan: planReload(pod(), next.spec) };
    }
    const missing = await prepareCertificates(next.spec, prepared.preparation.env);
    if (missing !== null) return this.#giveUp(next.leases, missing);
    const failures = storage.extend(next.spec);
    if (failures.length > 0) return this.#giveUp(next.leases, failures.map(storageFailureText).join('\n'));
    return this.#follow(next);
  }

  async #follow({ spec, leases, remember, leftOut }: Extract<Next, { ok: true }>): Promise<ReloadOutcome> {
    const { ask, prepared } = this.#options;
    this.#leases.push(leases);
    remember();
    this.#tellMore(leftOut);
    await prepared.engines.machine.addOutput([...spec.processes.values()]);
    const answer = await ask({ type: 'reload', spec });
    return answer.ok ? { ok: true, plan: answer.plan ?? [] } : refused(becauseText(answer.because));
  }

  /** What has been told once is not told again. */
  #tellMore(leftOut: readonly string[]): void {
    for (const what of leftOut) if (!this.#told.has(what)) this.#options.notice({ kind: 'left-out', what });
    this.#told = new Set([...this.#told, ...leftOut]);
  }

  async #giveUp(leases: PortLeases, message: string): Promise<ReloadOutcome> {
    await leases.release();
    return refused(message);
  }

  async #next(): Promise<Next> {
    const { prepared, notice } = this.#options;
    const reader = ConfigReader.start(prepared.engines.machine.trees);
    this.#reader = reader;
    try {
      const next = await this.#nextFrom(reader);
      const { printed } = reader;
      if (next.ok && printed !== '')
        notice({ kind: 'config-printed', file: prepared.configFile, text: printed });
      return next;
    } finally {
      this.#reader = null;
      await reader.close();
    }
  }

  async #nextFrom(reader: ConfigReader): Promise<Next> {
    const { preparation, modules, configFile, runId } = this.#options.prepared;
    // The reload reads the file that the pod was started from, whatever a search would find now.
    const { origin: given } = preparation;
    const locals = given.kind === 'file' ? given.locals : new Map<string, string>();
    const origin = { kind: 'file', folder: process.cwd(), file: configFile, locals } as const;
    const { argv, env } = process;
    const request = { preparation: { ...preparation, origin }, runId, stays: false, argv, env: { ...env } };
    const read = await reader.read(request);
    for (const file of read.files) modules.add(file);
    if (!read.ok) return read;
    const allocation = await this.#numberPorts(read.pod);
    if (!allocation.ok) {
      const lines = allocation.failures.map(describePortFailure);
      return { ok: false, message: lines.map(({ problem, advice }) => `${problem}; ${advice}`).join('\n') };
    }
    const { ports, leases, remember } = allocation;
    const resolved = await reader.resolve(ports);
    const judged = resolved.ok ? await this.#judge(resolved.spec) : resolved;
    if (judged.ok) return { ...judged, leases, remember, leftOut: read.pod.leftOut };
    await leases.release();
    return judged;
  }

  /** Checks whether its processes can be launched here, and whether the programs are there that they require. */
  async #judge(
    spec: PodSpec,
  ): Promise<Pick<Extract<Next, { ok: true }>, 'ok' | 'spec'> | Extract<Next, { ok: false }>> {
    const { engine } = this.#options.prepared.engines;
    const processes = [...spec.processes.values()];
    const texts = [
      ...findUnsupported(engine, processes).map(unsupportedText),
      ...(await engine.obstacles(spec)).flatMap(engineObstacleTexts),
      ...(await findUnmet({ processes: this.#requiringMore(spec) })).map(requirementText),
    ];
    return texts.length === 0 ? { ok: true, spec } : { ok: false, message: texts.join('\n') };
  }

  /** Requirements that the pod has had before have been checked. */
  #requiringMore({ processes }: PodSpec): PodSpec['processes'] {
    const before = this.#options.pod().spec.processes;
    return new Map(
      [...processes].filter(([name, { requires }]) => !deepEqual(before.get(name)?.requires, requires)),
    );
  }

  /** Requests only ports that this pod does not have already: a fixed port may move from one process to another. */
  async #numberPorts({ name, folder, ports: declared, desired }: ReadPod): Promise<PortAllocation> {
    const { spec } = this.#options.pod();
    const back = await this.#comeBack(declared);
    const asked = declared.filter(
      (port) => !isHeld(spec, port) && !back.has(port) && (port.port === 'auto' || desired.has(port.process)),
    );
    const stateFolder = { path: stateFolderPath(folder), configFolder: folder };
    const allocation = await allocatePorts(asked, { pod: name, stateFolder });
    if (!allocation.ok) return allocation;
    const numberOf = (port: DeclaredPort): number =>
      heldAuto(spec, port) ?? back.get(port) ?? allocation.ports.get(port.process)?.get(port.name) ?? 0;
    return { ...allocation, ports: withAutos(declared, numberOf) };
  }

  /** A port that this pod has had before gets its old number, unless somebody else listens there by now. */
  async #comeBack(declared: readonly DeclaredPort[]): Promise<ReadonlyMap<DeclaredPort, number>> {
    const { spec, processes } = this.#options.pod();
    for (const { name: process, ports } of spec.processes.values())
      for (const port of ports) if (port.auto) this.#numbers.set(keyOf({ ...port, process }), port.port);
    const taken = new Set(declared.map((port) => (port.port === 'auto' ? heldAuto(spec, port) : port.port)));
    const back = new Map<DeclaredPort, number>();
    for (const port of declared) {
      const number = this.#numbers.get(keyOf(port));
      if (port.port !== 'auto' || number === undefined || taken.has(number)) continue;
      // A process that is about to leave still listens itself.
      const isFree =
        processes.has(port.process) || (await tryListen({ ...port, port: number }, true)) === null;
      if (isFree) back.set(port, number);
    }
    return back;
  }
}

const keyOf = ({ process, name, protocol, host }: Omit<DeclaredPort, 'port'>): string =>
  [process, name, protocol, host].join(' ');

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
