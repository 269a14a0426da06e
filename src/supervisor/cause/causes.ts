import { type PodState, recordOf } from '../../core/pod-state.ts';
import type { ProcessRecord } from '../../core/process-state.ts';
import type { Notice } from '../../model/notice.ts';
import type { PodEvent, ProcessEvent } from '../../model/pod-event.ts';
import type { Reason } from '../../model/reason.ts';
import type { StateName } from '../../model/vocabulary.ts';
import type { FailureFacts } from '../../report/likely-cause.ts';
import { quoted } from '../../report/wording.ts';
import type { FactSources } from './failure-facts.ts';
import { countMemoryKills } from './memory-kills.ts';

export interface CausesOptions extends Pick<FactSources, 'logs' | 'timeOf'> {
  /** The pod as of the newest decision. */
  readonly pod: () => PodState;
  readonly envOf: (process: string) => Readonly<Record<string, string>>;
  /** The pids of a process's tree. */
  readonly pidsOf: (process: string) => Promise<readonly number[]>;
  /** False where the end of the primary is what was asked for, whatever it says: `run -- npm test`. */
  readonly ofPrimary: boolean;
  /** What `of` gives may have changed. */
  readonly onFound: () => void;
  readonly notice: (notice: Notice) => void;
}

type StateOf = (process: string) => StateName;

/**
 * The likely cause of each process's failure or wait: told when it is found and differs from what was told last, and
 * kept for readers until the process is ready.
 */
export class Causes {
  readonly #options: CausesOptions;
  readonly #causes = new Map<string, string>();
  readonly #told = new Map<string, string>();
  readonly #leftOthers = new Set<string>();
  readonly #statuses = new Map<string, readonly number[]>();
  readonly #pending = new Set<Promise<unknown>>();
  #memoryKillsBefore: number | null = null;
  #isStopping = false;

  constructor(options: CausesOptions) {
    this.#options = options;
  }

  event(event: PodEvent): void {
    if (event.type === 'pod' && event.state === 'stopping') this.#isStopping = true;
    if (event.type === 'process') this.#processEvent(event);
  }

  /** What was found last; null: nothing, or it is ready by now. */
  of(process: string): string | null {
    return this.#causes.get(process) ?? null;
  }

  /** What there is to judge a process by at this moment. */
  async factsOf(
    process: string,
    reason: Reason | null = null,
    stateOf: StateOf = (name) => this.#options.pod().processes.get(name)?.state.is ?? 'pending',
  ): Promise<FailureFacts> {
    const { gatherFacts } = await import('./failure-facts.ts');
    const { pod, envOf, pidsOf, logs, timeOf } = this.#options;
    const now = pod();
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
      pids: () => pidsOf(process),
    });
  }

  /** Of a process that is down or not ready, found anew; null: none is known, or nothing is wrong. */
  async find(process: string): Promise<string | null> {
    const record = recordOf(this.#options.pod(), process);
    const cause = this.#isAmiss(record) ? await this.causeOf(process) : null;
    this.#note(process, cause);
    return cause;
  }

  /** Why a process has failed for this reason; null: none is known. `stateOf`: how the others were by then. */
  async causeOf(process: string, reason: Reason | null = null, stateOf?: StateOf): Promise<string | null> {
    const { likelyCause } = await import('../../report/likely-cause.ts');
    const cause = likelyCause(await this.factsOf(process, reason, stateOf));
    // It has words of the process and of others in it.
    return cause === null ? null : quoted(cause);
  }

  /** It has not become ready for some time: tells of it if it listens elsewhere. */
  look(process: string): void {
    this.#do(async () => {
      const { listensElsewhere } = await import('../../report/likely-cause.ts');
      const elsewhere = listensElsewhere(await this.factsOf(process));
      if (elsewhere === null) return;
      this.#note(process, elsewhere);
      this.#tell(process, elsewhere);
    });
  }

  /** Finds it and tells it. */
  judge(process: string): void {
    this.#do(async () => {
      const cause = await this.find(process);
      if (cause !== null) this.#tell(process, cause);
    });
  }

  /** It is no longer part of the pod. */
  forget(process: string): void {
    for (const known of [this.#causes, this.#told, this.#statuses, this.#leftOthers]) known.delete(process);
  }

  /** Once all that was begun is told. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }

  #do(work: () => Promise<void>): void {
    // What is only an explanation must not end a pod.
    const running = work().catch(() => undefined);
    this.#pending.add(running);
    void running.finally(() => this.#pending.delete(running));
  }

  #processEvent(event: ProcessEvent): void {
    const { name, state, reason, role } = event;
    // After the first launch, which need not wait for it.
    if (event.pid !== null) this.#memoryKillsBefore ??= countMemoryKills();
    if (state === 'starting') this.#leftOthers.delete(name);
    if (reason?.kind === 'root-exited') this.#leftOthers.add(name);
    if (state === 'ready') {
      this.#causes.delete(name);
      return;
    }
    const isOver = state === 'backoff' || state === 'failed' || state === 'completed';
    if (!isOver || this.#isStopping) return;
    this.#noteStatus(name);
    const isItsOwnWord = role === 'primary' && !this.#options.ofPrimary;
    const isWell = state === 'completed' && (role === 'init' || !this.#leftOthers.has(name));
    if (!isItsOwnWord && !isWell) this.judge(name);
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
    this.#told.set(process, cause);
    this.#options.notice({ kind: 'likely-cause', process, cause });
  }
}
