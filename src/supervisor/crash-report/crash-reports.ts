import { join } from 'node:path';
import { recordOf } from '../../core/pod-state.ts';
import { errorMessage } from '../../model/error-message.ts';
import type { PodEvent, ProcessEvent } from '../../model/pod-event.ts';
import type { Reason } from '../../model/reason.ts';
import type { Milliseconds, StateName } from '../../model/vocabulary.ts';
import { atMost } from '../../time/timers.ts';
import { crashReportName } from './crash-report-name.ts';
import type { CrashReportOptions } from './crash-report-options.ts';

/** A disk that hangs must not hold up the end. */
const WRITTEN_WITHIN: Milliseconds = 1_000;

/** Writes a crash report for each process that fails permanently, or that a start has waited for in vain. */
export class CrashReports {
  readonly #options: CrashReportOptions;
  readonly #written = new Map<string, Promise<void>>();
  readonly #lastReady = new Map<string, number>();
  /** States as reported: by then the pod itself has decided what follows from a failure. */
  readonly #states = new Map<string, StateName>();
  #isStopping = false;

  constructor(options: CrashReportOptions) {
    this.#options = options;
  }

  event(event: PodEvent): void {
    if (event.type === 'pod' && event.state === 'stopping') this.#stopping(event.reason);
    if (event.type !== 'process') return;
    this.#states.set(event.name, event.state);
    if (event.state === 'ready') this.#lastReady.set(event.name, Date.now());
    if (event.state === 'failed' && !this.#isStopping && this.#counts(event))
      this.#write(event.name, event.reason);
    // The process is up again: its next end is another one.
    if (event.state === 'starting') this.#written.delete(event.name);
  }

  /** Resolves when all reports are written, or after a second. */
  async settled(): Promise<void> {
    await atMost(WRITTEN_WITHIN, Promise.all(this.#written.values()));
  }

  #counts({ role, reason }: ProcessEvent): boolean {
    return this.#options.ofPrimary || role !== 'primary' || reason?.kind !== 'exited';
  }

  /** A start that timed out has a process that did not come up, and that has not failed either. */
  #stopping(reason: Extract<PodEvent, { readonly type: 'pod' }>['reason']): void {
    if (reason?.kind === 'start-timeout')
      for (const { process, finding } of reason.waits)
        this.#write(process, finding === null ? null : { kind: 'not-ready', finding });
    this.#isStopping = true;
  }

  #write(process: string, reason: Reason | null): void {
    if (this.#written.has(process)) return;
    const { folder, notice } = this.#options;
    const pod = this.#options.pod();
    const at = new Date();
    const name = crashReportName(process, at);
    const record = recordOf(pod, process);
    notice({ kind: 'dossier', process, path: join(folder, name) });
    const states = new Map(this.#states);
    const writing = import('./write-crash-report.ts')
      .then(({ composeCrashReport }) =>
        composeCrashReport({
          ...this.#options,
          pod,
          states,
          record,
          reason,
          at,
          name,
          lastReady: this.#lastReady.get(process) ?? null,
        }),
      )
      .catch((error) => notice({ kind: 'dossier-failed', process, message: errorMessage(error) }));
    this.#written.set(process, writing);
  }
}
