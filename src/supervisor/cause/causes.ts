import { explain } from '../../core/explain.ts';
import { type PodState, recordOf } from '../../core/pod-state.ts';
import type { ProcessRecord } from '../../core/process-state.ts';
import type { Notice } from '../../model/notice.ts';
import type { PodEvent, ProcessEvent } from '../../model/pod-event.ts';
import type { Reason } from '../../model/reason.ts';
import type { Milliseconds, StateName } from '../../model/vocabulary.ts';
import type { FailureFacts } from '../../report/likely-cause.ts';
import { quoted } from '../../report/phrases.ts';
import { untold, waitText } from '../../report/wording.ts';
import type { ListeningAddress } from '../../runtime/ports/tree-listeners.ts';
import { atMost } from '../../time/timers.ts';
import type { FactSources } from './failure-facts.ts';
import { countMemoryKills } from './memory-kills.ts';

interface CausesOptions extends Pick<FactSources, 'logs' | 'timeOf'> {
  /** Pod after the newest decision. */
  readonly pod: () => PodState;
  readonly envOf: (process: string) => Readonly<Record<string, string>>;
  /** Addresses that a process listens on, or null if the system does not tell. */
  readonly listeningOf: (process: string) => Promise<readonly ListeningAddress[] | null>;
  /** False if the primary's end is expected, whatever its code: `run -- npm test`. */
  readonly ofPrimary: boolean;
  /** Called when the result of `of` may have changed. */
  readonly onFound: () => void;
  readonly notice: (notice: Notice) => void;
}

/** A line about a process's end waits for its cause. */
const JUDGED_WITHIN: Milliseconds = 250;

type StateOf = (process: string) => StateName;

/**
 * Finds the likely cause of each process's failure or wait. A cause is reported when it differs from the last one, and
 * kept until the process is ready.
 */
export class Causes {
  readonly #options: CausesOptions;
  readonly #causes = new Map<string, string>();
  readonly #told = new Map<string, string>();
  readonly #leftOthers = new Set<string>();
  readonly #statuses = new Map<string, readonly number[]>();
  readonly #pending = new Set<Promise<unknown>>();
  /** Newest search for each process. */
  readonly #judging = new Map<string, Promise<string | null>>();
  #memoryKillsBefore: number | null = null;
  #isStopping = false;

  constructor(options: CausesOptions) {
    this.#options = options;
  }

  event(event: PodEvent): void {
    if (event.type === 'pod' && event.state === 'stopping') this.#isStopping = true;
    if (event.type === 'process') this.#processEvent(event);
  }

  /** Last cause that was found, or null if there is none or the process is ready. */
  of(process: string): string | null {
    return this.#causes.get(process) ?? null;
  }

  /** Resolves with the cause once the search that is under way for a process is over, if it is over in time. */
  async judged(process: string): Promise<string | null> {
    const judging = this.#judging.get(process);
    return judging === undefined ? this.of(process) : ((await atMost(JUDGED_WITHIN, judging)) ?? null);
  }

  /** Gathers the current facts about a process. */
  async factsOf(
    process: string,
    reason: Reason | null = null,
    stateOf: StateOf = (name) => this.#options.pod().processes.get(name)?.state.is ?? 'pending',
  ): Promise<FailureFacts> {
    const { pod, envOf, listeningOf, logs, timeOf } = this.#options;
    // The process may be up again once the rest of this is loaded.
    const now = pod();
    const { gatherFacts } = await import('./failure-facts.ts');
    return gatherFacts({
      pod: now,
      record: recordOf(now, process),
      reason,
      stateOf,
      logs,
      timeOf,
      statuses: this.#statuses.get(process) ?? [],
      leftOthers: this.#leftOthers.has(process),
      memoryKills: this.#memoryKills(),
      env: envOf(process),
      listening: () => listeningOf(process),
    });
  }

  /** Finds the cause for a process that is down or not ready; null if none is known, or nothing is wrong. */
  async find(process: string, reason: Reason | null = null): Promise<string | null> {
    const record = recordOf(this.#options.pod(), process);
    const cause = this.#isAmiss(record) ? await this.causeOf(process, reason) : null;
    // It may have been started again meanwhile.
    const isUp = this.#options.pod().processes.get(process)?.state.is === 'ready';
    if (cause === null || !isUp) this.#note(process, cause);
    return cause;
  }

  /**
   * Finds the cause of a failure with this reason; null if none is known. `stateOf`: states of the other processes at
   * that time.
   */
  async causeOf(process: string, reason: Reason | null = null, stateOf?: StateOf): Promise<string | null> {
    const [facts, { likelyCause }] = await Promise.all([
      this.factsOf(process, reason, stateOf),
      import('../../report/likely-cause.ts'),
    ]);
    const cause = likelyCause(facts);
    // The cause quotes the process and other programs.
    return cause === null ? null : quoted(cause);
  }

  /** A process has not become ready for some time: reports it if it listens elsewhere. */
  look(process: string): void {
    void this.#do(async () => {
      const { listensElsewhere } = await import('../../report/likely-cause.ts');
      const elsewhere = listensElsewhere(await this.factsOf(process));
      if (elsewhere === null) return;
      this.#note(process, elsewhere);
      this.#tell(process, elsewhere);
    });
  }

  /** Finds the cause and reports it. `reason`: of a failure that may be over by now. */
  judge(process: string, reason: Reason | null = null): void {
    const judging = this.#do(async () => {
      const cause = await this.find(process, reason);
      if (cause !== null) this.#tell(process, cause);
      return cause;
    });
    this.#judging.set(
      process,
      judging.then((cause) => cause ?? null),
    );
  }

  /** The process has left the pod. */
  forget(process: string): void {
    for (const known of [this.#causes, this.#told, this.#statuses, this.#leftOthers, this.#judging])
      known.delete(process);
  }

  /** Resolves when all searches are done. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #do<T>(work: () => Promise<T>): Promise<T | undefined> {
    // An explanation must not end a pod.
    const running = work().catch(() => undefined);
    this.#pending.add(running);
    void running.finally(() => this.#pending.delete(running));
    return running;
  }

  #processEvent(event: ProcessEvent): void {
    const { name, state, reason, role } = event;
    // Runs after the first launch, which need not wait for it.
    if (event.pid !== null) this.#memoryKillsBefore ??= countMemoryKills();
    if (state === 'starting') this.#leftOthers.delete(name);
    if (reason?.kind === 'root-exited') this.#leftOthers.add(name);
    if (state === 'ready') {
      this.#causes.delete(name);
      return;
    }
    const isOver = state === 'backoff' || state === 'failed' || state === 'completed';
    // What was found of an earlier end says nothing of this one.
    if (isOver) this.#judging.delete(name);
    if (!isOver || this.#isStopping) return;
    this.#noteStatus(name);
    const isItsOwnWord = role === 'primary' && !this.#options.ofPrimary;
    const isWell = state === 'completed' && (role === 'init' || !this.#leftOthers.has(name));
    if (!isItsOwnWord && !isWell) this.judge(name, reason);
  }

  #isAmiss({ state, spec }: ProcessRecord): boolean {
    switch (state.is) {
      case 'backoff':
      case 'failed':
      case 'running':
      case 'starting':
        return true;
      case 'completed':
        return spec.role !== 'init' && this.#leftOthers.has(spec.name);
      default:
        return false;
    }
  }

  #noteStatus(process: string): void {
    const { status } = recordOf(this.#options.pod(), process).lastExit?.exit ?? {};
    if (status === undefined) return;
    this.#statuses.set(process, [status, ...(this.#statuses.get(process) ?? [])].slice(0, 3));
  }

  #memoryKills(): boolean | null {
    const [before, now] = [this.#memoryKillsBefore, countMemoryKills()];
    return before === null || now === null ? null : now > before;
  }

  #note(process: string, cause: string | null): void {
    if (cause === this.of(process)) return;
    if (cause === null) this.#causes.delete(process);
    else this.#causes.set(process, cause);
    this.#options.onFound();
  }

  #tell(process: string, cause: string): void {
    if (this.#told.get(process) === cause) return;
    // That it still waits, and what its probe finds, has just been told.
    const said = waitText(explain(this.#options.pod(), process));
    if (said !== null && untold(cause, said) === null) return;
    this.#told.set(process, cause);
    this.#options.notice({ kind: 'likely-cause', process, cause });
  }
}
