import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CLEANUP } from '../build.ts';
import { isConfigCode } from '../config/load/config-code.ts';
import { isFrom } from '../config/load/module-problem.ts';
import { partMissing } from '../control/part-missing.ts';
import type { PodClient, PodSnapshot } from '../control/pod-client.ts';
import type { Attachment } from '../control/protocol.ts';
import type { CoreEvent } from '../core/core-event.ts';
import { Backpressure } from '../logs/backpressure.ts';
import { LOG_LIMITS } from '../logs/log-file.ts';
import { PodLogs } from '../logs/pod-logs.ts';
import { errorMessage } from '../model/error-message.ts';
import type { StorageFailure } from '../model/failures/storage-failure.ts';
import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { recordBlockedText, storageFailureText } from '../report/storage-failures.ts';
import type { Engine } from '../runtime/engines/engine.ts';
import type { Guard } from '../runtime/guard/guard.ts';
import type { CallerStreams } from '../runtime/output/caller-streams.ts';
import { PodLoop } from '../runtime/pod-loop.ts';
import type { OutputStream, PodReader } from '../runtime/pod-reader.ts';
import { RecordBlocked } from '../runtime/state/pod-record.ts';
import { keptFolderPath, runFolderPath, stateFolderPath } from '../runtime/state/state-folder.ts';
import { after, atMost, now } from '../time/timers.ts';
import { Causes } from './cause/causes.ts';
import type { ConfigReload, ReloadOutcome } from './config-reload.ts';
import { connectTo } from './connect-to.ts';
import type { CrashReportOptions } from './crash-report/crash-report-options.ts';
import { CrashReports } from './crash-report/crash-reports.ts';
import { EventHistory } from './event-history.ts';
import { InputWaits } from './input-waits.ts';
import { loadLateParts } from './late-parts.ts';
import { leftBehindText } from './left-behind.ts';
import { LocalClient } from './local-client.ts';
import { PodCommands } from './pod-commands.ts';
import type { PodControl } from './pod-control.ts';
import type { PodFollower } from './pod-follower.ts';
import { openPodStorage, type PodStorage } from './pod-storage.ts';
import type { PreparedPod } from './prepare-pod.ts';
import { ProcessHistory } from './process-history.ts';
import { reach } from './reached.ts';
import type { StateWatch } from './state-watch.ts';
import { StatusTexts } from './status-texts.ts';
import { TerminalAnswers } from './terminal-answers.ts';

/** Output that a hanging disk has not taken by then is missing in the log files. */
const LOGS_AT_MOST: Milliseconds = 1_000;
/** Loading the watcher takes 40 ms, and every gate of the start would wait for it. */
const FOLLOW_AT_LATEST: Milliseconds = 500;
/** A short run is over by then, and a start is busy. */
const LATE_PARTS_AFTER: Milliseconds = 2_000;
const SWEEP_AT_MOST: Milliseconds = 2_000;
/** A timer of a config may fail each millisecond. */
const MOST_CONFIG_FAILURES = 10;

type Opened =
  | { readonly ok: true; readonly pod: Pod }
  | { readonly ok: false; readonly failures: readonly StorageFailure[] };

/** Creates the files of a prepared pod; releases everything if that fails. */
export const openPod = async (
  prepared: PreparedPod,
  mode: PodSnapshot['mode'],
  caller: CallerStreams | null = null,
): Promise<Opened> => {
  const { runId, place, engines } = prepared;
  const { machine } = engines;
  machine.open({ isAlone: mode !== 'library', caller });
  const cgroup = machine.trees.cgroupPath;
  const containers = engines.containerPlace;
  const opened = await openPodStorage(prepared.spec, { runId, cgroup, containers, state: place.state });
  if (opened.ok) return { ok: true, pod: new Pod({ prepared, mode, caller, storage: opened.storage }) };
  for (const engine of enginesOf(prepared)) await engine.close();
  await prepared.leases.release();
  prepared.place.claim?.release();
  return opened;
};

interface PodOptions {
  readonly prepared: PreparedPod;
  readonly mode: PodSnapshot['mode'];
  /** Streams of this process, for the one process that gets them. */
  readonly caller: CallerStreams | null;
  readonly storage: PodStorage;
}

/**
 * A pod that this process runs. Several pods can run side by side and do not affect each other. Attach a reader before
 * the start to see everything, or use the client at any time.
 *
 * @example
 * const opened = await openPod(prepared, 'dev');
 * if (opened.ok) {
 *   opened.pod.attach(new PlainReport(…));
 *   opened.pod.start(null);
 *   const exitCode = await opened.pod.ended;
 *   await opened.pod.close();
 * }
 */
export class Pod {
  readonly spec: PodSpec;
  readonly backpressure = new Backpressure();
  readonly events: EventHistory;
  readonly client: PodClient;
  /** Exit code, once all processes have gone. */
  readonly ended: Promise<number>;
  readonly #options: PodOptions;
  readonly #client: LocalClient;
  readonly #history: ProcessHistory;
  readonly #logs: PodLogs;
  readonly #loop: PodLoop;
  readonly #causes: Causes;
  readonly #inputWaits: InputWaits;
  readonly #statusTexts = new StatusTexts({ onChange: () => this.#client.changed() });
  readonly #answers = new TerminalAnswers();
  readonly #commands: PodCommands;
  readonly #crashReports: CrashReports;
  readonly #readers = new Set<PodReader>();
  #guard: Guard | null = null;
  #configFailures = 0;
  #watch: Promise<PodFollower | null> | null = null;
  #reload: ConfigReload | null = null;
  #control: PodControl | null = null;
  #stateWatch: StateWatch | null = null;
  #whyNotRestored: string | null = null;
  #open: Promise<void> = Promise.resolve();

  constructor(options: PodOptions) {
    const { prepared, caller } = options;
    const { engine } = prepared.engines;
    this.#options = options;
    if (caller !== null) this.backpressure.include(caller.backpressure);
    this.spec = prepared.spec;
    const startedAt = Date.now();
    const clockStart = now();
    const timeOf = (at: number): number => Math.round(startedAt + at - clockStart);
    this.events = new EventHistory(this.spec);
    this.#history = new ProcessHistory(timeOf);
    this.#logs = this.#openLogs();
    this.#loop = new PodLoop({
      spec: this.spec,
      engine,
      backpressure: this.backpressure,
      logs: this.#logs,
      writeFiles: options.storage.writeFiles,
      reader: {
        event: (event) => this.#event(event),
        output: (...output) => this.#output(...output),
        unfinished: (...line) => this.#unfinished(...line),
        status: (process, text) => this.#status(process, text),
        notice: (notice) => this.#notice(notice),
      },
      onDecided: () => this.#client.changed(),
      onSlow: (process) => this.#causes.look(process),
      onForget: (process) => this.#forget(process),
    });
    this.#commands = this.#openCommands(timeOf);
    this.#client = new LocalClient({
      loop: this.#loop,
      engine,
      commands: this.#commands,
      logs: this.#logs,
      events: this.events,
      history: this.#history,
      answers: this.#answers,
      causeOf: (process) => this.#causes.find(process),
      reload: (dryRun) => this.reload(dryRun),
      notice: (notice) => this.#notice(notice),
      label: prepared.label,
      facts: {
        runId: prepared.runId,
        configFile: prepared.configFile,
        mode: options.mode,
        startedAt,
        timeOf,
        logFileOf: (process) => this.#logs.fileOf(process),
        causeOf: (process) => this.#causes.of(process),
        statusTextOf: (process) => this.#statusTexts.of(process),
        waitsForInput: (process) => this.#inputWaits.has(process),
        commandState: (process, command) => this.#commands.stateOf(process, command),
        guard: () => this.#guard?.status ?? null,
      },
    });
    this.client = this.#client;
    this.#causes = this.#openCauses(timeOf);
    this.#inputWaits = new InputWaits({
      readsInput: async (process) => (await this.#loop.workloadOf(process)?.readsInput()) ?? 'no',
      onChange: () => this.#client.changed(),
      onFirst: (process) => this.#notice({ kind: 'waits-for-input', process, label: prepared.label }),
      crashed: (error) => this.#loop.crashed(error),
    });
    this.#crashReports = this.#openCrashReports({ startedAt, timeOf });
    this.ended = this.#loop.ended;
    // Armed as soon as there is something to remove, and before there is anything to end.
    this.#guard = this.#armGuard();
  }

  /** Attaches a reader, which gets all events from now on. Returns a function that detaches it. */
  attach(reader: PodReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  /** Resolves soon, with the likely cause of a process's newest failure, or null if none is known by then. */
  causeOf(process: string): Promise<string | null> {
    return this.#causes.judged(process);
  }

  /** Starts the pod. `startTimeout` null: no limit. */
  start(startTimeout: Milliseconds | null): void {
    const { prepared } = this.#options;
    this.#loop.start(startTimeout);
    for (const what of prepared.leftOut) this.#notice({ kind: 'left-out', what });
    if (prepared.preparation.watching) this.#watch = this.#follow();
    this.#open = this.#openToOthers().catch((error: unknown) => this.#staysClosed(error));
    prepared.reading.stay((message) => this.#configFailed(message));
    after(LATE_PARTS_AFTER, loadLateParts, { ref: false });
  }

  /**
   * Handles an uncaught exception: a bug of sidecarctl ends the pod in order. A failure in code that the config has
   * left running does no harm, and is reported.
   */
  crashed(error: unknown): void {
    const { modules } = this.#options.prepared;
    if (!isConfigCode() && !isFrom(error, modules.files)) return this.#loop.crashed(error);
    this.#configFailed(errorMessage(error));
  }

  #configFailed(message: string): void {
    const { configFile } = this.#options.prepared;
    this.#configFailures += 1;
    if (this.#configFailures > MOST_CONFIG_FAILURES) return;
    this.#notice({
      kind: 'config-printed',
      file: configFile,
      text: `its code failed later: ${message}`,
    });
  }

  /** Connects a client to the streams of a running process. Returns a sentence if that cannot be done. */
  connect(process: string, onOutput: (bytes: Buffer) => void): Attachment | string {
    const { label } = this.#options.prepared;
    const wanted = { process, label, answers: this.#answers };
    const reached = reach(this.#loop, this.#commands, process);
    return connectTo(reached, this.client.snapshot, wanted, onOutput);
  }

  send(event: CoreEvent): void {
    this.#loop.send(event);
  }

  /** Reads the config again and follows the differences. `dryRun` only returns what would be done. */
  async reload(dryRun: boolean): Promise<ReloadOutcome> {
    const reload = await this.#loadReload().catch((error: unknown) => partMissing(error));
    return typeof reload === 'string' ? { ok: false, message: reload } : reload.run(dryRun);
  }

  async #loadReload(): Promise<ConfigReload> {
    const { ConfigReload } = await import('./config-reload.ts');
    this.#reload ??= new ConfigReload({
      prepared: this.#options.prepared,
      storage: this.#options.storage,
      notice: (notice) => this.#notice(notice),
      pod: () => this.#loop.pod,
      ask: (ask) => this.#loop.ask(ask),
    });
    return this.#reload;
  }

  /** Removes the files of an ended pod, and says what could not be removed, one sentence each. */
  async close(): Promise<readonly string[]> {
    const { storage, prepared } = this.#options;
    await this.#commands.close();
    await this.#crashReports.settled();
    await this.#causes.settled();
    this.#inputWaits.end();
    this.#statusTexts.end();
    await this.#open;
    this.#stateWatch?.close();
    await this.#control?.close();
    await (await this.#watch)?.close();
    await prepared.reading.close();
    const left = await this.#endLeftovers();
    await atMost(LOGS_AT_MOST, this.#logs.close());
    const withEngine = prepared.engines.containersLeftWith();
    const failures = await storage.close(withEngine !== null);
    await this.#reload?.release();
    await prepared.leases.release();
    this.#guard?.dismiss();
    prepared.place.claim?.release();
    const path = runFolderPath(stateFolderPath(this.spec.folder), prepared.runId);
    const containers =
      withEngine === null ? [] : [{ kind: 'containers-left', path, engine: withEngine } as const];
    const notRemoved = [...prepared.notCleared, ...failures, ...containers].map(storageFailureText);
    return left === null ? notRemoved : [left, ...notRemoved];
  }

  /** Tells what could not be ended. */
  async #endLeftovers(): Promise<string | null> {
    const engines = enginesOf(this.#options.prepared);
    const swept = await Promise.all(engines.map((engine) => engine.sweep(SWEEP_AT_MOST)));
    const { engine } = this.#options.prepared.engines;
    const left = leftBehindText(this.#loop.pod, swept.flat(), engine);
    for (const engine of engines) await engine.close();
    return left;
  }

  #forget(process: string): void {
    this.#history.forget(process);
    this.#client.forget(process);
    this.#causes.forget(process);
    this.#inputWaits.launched(process);
    this.#commands.forget(process);
    this.#reload?.forget(process);
  }

  #armGuard(): Guard | null {
    return this.#options.prepared.engines.machine.armGuard({
      cleanup: fileURLToPath(new URL(CLEANUP, import.meta.url)),
      configFolder: this.spec.folder,
      // A pipe that somebody else still has open does not show when its reader has gone.
      logOf: (process) =>
        this.spec.processes.get(process)?.launch.output === 'caller' ? null : this.#logs.pathOf(process),
      onChange: () => this.#client.changed(),
      onLost: () => this.#notice({ kind: 'guard-lost' }),
      crashed: (error) => this.#loop.crashed(error),
    });
  }

  /** Listens for clients, and keeps the pod findable while it runs. */
  async #openToOthers(): Promise<void> {
    const { place, runId } = this.#options.prepared;
    if (place.claim !== null) {
      const { PodControl } = await import('./pod-control.ts');
      this.#control = new PodControl({ place, runId, pod: this, notice: (notice) => this.#notice(notice) });
      await this.#control.open();
    }
    const { StateWatch } = await import('./state-watch.ts');
    this.#stateWatch = new StateWatch({
      folders: () => this.#watchedFolders(),
      isWhole: () => this.#parts().every((part) => part.isWhole()),
      restore: () => this.#restore(),
    });
  }

  /** A pod that nobody can reach keeps running. */
  #staysClosed(error: unknown): void {
    if (this.#control === null) this.#options.prepared.place.claim?.change({ socket: '' });
    this.#notice({ kind: 'control-unavailable', message: partMissing(error) });
  }

  /** Files that others may delete while the pod runs. */
  #parts(): ReadonlyArray<{ isWhole(): boolean }> {
    const { storage, prepared } = this.#options;
    return [storage, prepared.place.claim, this.#control].filter((part) => part !== null);
  }

  #watchedFolders(): readonly string[] {
    const state = stateFolderPath(this.spec.folder);
    const run = runFolderPath(state, this.#options.prepared.runId);
    return [state, run, join(state, 'pods'), this.#control?.folder ?? null].filter((path) => path !== null);
  }

  async #restore(): Promise<void> {
    const { storage, prepared } = this.#options;
    const folder = stateFolderPath(this.spec.folder);
    const isStateLost = !storage.isWhole() || prepared.place.claim?.isWhole() === false;
    try {
      const volumes = isStateLost ? await storage.restore(this.#loop.pod.spec) : [];
      await this.#control?.restore();
      prepared.place.claim?.restore();
      this.#logs.reopenLost();
      if (isStateLost) this.#notice({ kind: 'state-lost', folder, volumes });
      this.#whyNotRestored = null;
    } catch (error) {
      const message = error instanceof RecordBlocked ? recordBlockedText(error.path) : errorMessage(error);
      // Somebody may touch the folder at any time, and each time the restoring is tried again.
      if (message !== this.#whyNotRestored) this.#notice({ kind: 'state-not-restored', folder, message });
      this.#whyNotRestored = message;
    }
  }

  async #follow(): Promise<PodFollower | null> {
    try {
      return await this.#openFollower();
    } catch (error) {
      this.#notice({ kind: 'reload-refused', message: `changes are not watched: ${partMissing(error)}` });
      return null;
    }
  }

  /** Returns null if the pod stops before that. */
  async #openFollower(): Promise<PodFollower | null> {
    await atMost(FOLLOW_AT_LATEST, this.#started());
    if (this.#loop.pod.stop !== null) return null;
    try {
      return await this.#followNow();
    } catch (error) {
      const message = errorMessage(error);
      this.#notice({ kind: 'watch-failed', processes: ['the config'], code: '', message });
      return null;
    }
  }

  async #followNow(): Promise<PodFollower> {
    const { PodFollower } = await import('./pod-follower.ts');
    return new PodFollower({
      modules: this.#options.prepared.modules,
      build: {
        engine: this.#options.prepared.engines.machine,
        backpressure: this.backpressure,
        logs: this.#logs,
        output: (...output) => this.#output(...output),
      },
      pod: () => this.#loop.pod,
      attach: (reader) => this.attach(reader),
      send: (event) => this.send(event),
      notice: (notice) => this.#notice(notice),
      reload: () => this.reload(false),
    });
  }

  /** Resolves when the primary has started, or never will. */
  #started(): Promise<void> {
    if (this.#loop.pod.phase !== 'starting') return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.attach({
        event: (event) => {
          if (event.type !== 'pod' || event.state === 'starting') return;
          end();
          resolve();
        },
        output: () => undefined,
        notice: () => undefined,
      });
    });
  }

  #openLogs(): PodLogs {
    const { runId, label } = this.#options.prepared;
    return new PodLogs({
      within: this.spec.folder,
      folder: keptFolderPath(stateFolderPath(this.spec.folder), 'logs', label),
      runId,
      backpressure: this.backpressure,
      limits: LOG_LIMITS,
      onFailure: (process, failure) => this.#notice({ kind: 'log-ended', process, ...failure }),
    });
  }

  #openCauses(timeOf: (at: number) => number): Causes {
    return new Causes({
      timeOf,
      logs: this.#logs,
      pod: () => this.#loop.pod,
      envOf: (process) => this.#loop.environmentOf(process) ?? {},
      listeningOf: async (process) => (await this.#loop.workloadOf(process)?.listening()) ?? null,
      ofPrimary: this.#options.mode !== 'run',
      onFound: () => this.#client.changed(),
      notice: (notice) => this.#notice(notice),
    });
  }

  #openCommands(timeOf: (at: number) => number): PodCommands {
    const { machine, engine } = this.#options.prepared.engines;
    return new PodCommands({
      loop: this.#loop,
      engine,
      machine,
      timeOf,
      onChange: () => this.#client.changed(),
      context: {
        backpressure: this.backpressure,
        logs: this.#logs,
        output: (...output) => this.#output(...output),
        unfinished: (...line) => this.#unfinished(...line),
        notice: (notice) => this.#notice(notice),
        crashed: (error) => this.#loop.crashed(error),
      },
    });
  }

  #openCrashReports(clock: Pick<CrashReportOptions, 'startedAt' | 'timeOf'>): CrashReports {
    const { label } = this.#options.prepared;
    return new CrashReports({
      ...clock,
      within: this.spec.folder,
      folder: keptFolderPath(stateFolderPath(this.spec.folder), 'dossiers', label),
      logs: this.#logs,
      history: this.#history,
      pod: () => this.#loop.pod,
      ofPrimary: this.#options.mode !== 'run',
      causeOf: (...asked) => this.#causes.causeOf(...asked),
      notice: (notice) => this.#notice(notice),
    });
  }

  #event(event: PodEvent): void {
    const about = 'name' in event ? this.#loop.pod.processes.get(event.name) : undefined;
    this.#history.event(event, about?.lastExit ?? null);
    this.events.event(event);
    for (const reader of this.#readers) reader.event(event);
    if (event.type === 'pod' && event.state === 'stopping') this.#commands.stopAll();
    if (event.type === 'process' && event.state === 'starting') this.#inputWaits.launched(event.name);
    this.#causes.event(event);
    this.#crashReports.event(event);
  }

  #output(process: string, stream: OutputStream, block: Buffer, partial: boolean): void {
    this.#client.hasOutput(process);
    this.#inputWaits.wrote(process);
    for (const reader of this.#readers) reader.output(process, stream, block, partial);
  }

  #unfinished(process: string, stream: OutputStream, line: Buffer | null): void {
    this.#client.hasOutput(process);
    if (line === null) this.#inputWaits.wrote(process);
    else this.#inputWaits.unfinished(process, line);
    for (const reader of this.#readers) reader.unfinished?.(process, stream, line);
  }

  #status(process: string, text: string | null): void {
    if (text === null) this.#statusTexts.forget(process);
    else this.#statusTexts.said(process, text);
  }

  #notice(notice: Notice): void {
    this.events.notice(notice);
    this.#client.changed();
    if (notice.kind === 'still-waiting') this.#causes.judge(notice.explanation.process);
    for (const reader of this.#readers) reader.notice(notice);
  }
}

const enginesOf = ({ engines: { machine, engine } }: PreparedPod): readonly Engine[] =>
  engine === machine ? [machine] : [engine, machine];
