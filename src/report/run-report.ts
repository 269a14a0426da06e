import type { Notice } from '../model/notice.ts';
import type { PodEvent, ProcessEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import type { PodStopReason } from '../model/reason.ts';
import { isLiveName } from '../model/vocabulary.ts';
import { EndLines } from './end-lines.ts';
import { exitFailureText } from './launch-failures.ts';
import { duration } from './phrases.ts';
import { ownText } from './printable.ts';
import { noticeText, podStopText, reasonText } from './wording.ts';

/** A process that COMMAND waits for, with its state and reason from the pod's snapshot. */
export interface Waiting {
  readonly name: string;
  readonly state: string;
  readonly why: string | null;
}

interface RunReportOptions {
  readonly write: (text: string) => void;
  /** Returns the newest lines of a process, oldest first, safe to print. */
  readonly lastLines: (process: string) => readonly string[];
  /** Resolves soon, with the likely cause of a process's end, or null if none is known by then. */
  readonly causeOf: (process: string) => Promise<string | null>;
  /** While COMMAND has the terminal, nothing is written to its screen; messages follow afterwards. */
  readonly sharesScreen: boolean;
}

/**
 * The messages of `run`: failures, and the processes it waits for. It prints nothing while all is well, so that only
 * COMMAND's output appears.
 */
export class RunReport {
  /** Name of the process that runs COMMAND. */
  readonly command: string;
  readonly #options: RunReportOptions;
  readonly #ends: EndLines;
  #isCommandLive = false;
  #wasCommandLive = false;
  #held: string[] = [];

  constructor(spec: PodSpec, options: RunReportOptions) {
    this.#options = options;
    this.#ends = new EndLines(options.causeOf);
    const own = [...spec.processes.values()].find(({ launch }) => launch.output === 'caller');
    this.command = own?.name ?? '';
  }

  /** True once COMMAND has been started. */
  get wasCommandLive(): boolean {
    return this.#wasCommandLive;
  }

  event(event: PodEvent): void {
    if (event.type === 'process') this.#process(event);
    if (event.type === 'pod' && event.state === 'stopping' && event.reason !== null)
      this.#stops(event.reason);
  }

  notice(notice: Notice): void {
    if (!this.#ends.takes(notice)) this.#log(noticeText(notice));
  }

  /** Writes the messages that wait for a likely cause. */
  flush(): void {
    this.#ends.flush();
  }

  waits(processes: readonly Waiting[]): void {
    const texts = processes.map(
      ({ name, state, why }) => `${name} (${state}${why === null ? '' : `: ${why}`})`,
    );
    if (texts.length > 0) this.#log(`waiting for ${texts.join(', ')}`);
  }

  #process(event: ProcessEvent): void {
    if (event.name === this.command) return this.#ofCommand(event);
    const why = event.reason === null ? '' : `: ${reasonText(event.reason)}`;
    if (event.state === 'failed') this.#tellEnd(event.name, `${event.name} failed${why}`);
    if (event.state !== 'backoff') return;
    const next = event.retryIn === 0 ? 'restarting now' : `restarting in ${duration(event.retryIn ?? 0)}`;
    this.#tellEnd(event.name, `${event.name} has ended${why}; ${next}`);
  }

  #tellEnd(process: string, sentence: string): void {
    const below = this.#lastLines(process);
    this.#ends.tell(process, sentence, (text) => this.#write(text, below));
  }

  /** COMMAND's own end is reported by its exit code. */
  #stops(reason: PodStopReason): void {
    if (reason.kind === 'primary-ended') return;
    const late = reason.kind === 'start-timeout' ? reason.waits.map(({ process }) => process) : [];
    this.#log(`stopping: ${podStopText(reason)}`, late.map((name) => this.#lastLines(name)).join(''));
  }

  #ofCommand({ state, pid, reason }: ProcessEvent): void {
    this.#isCommandLive = isLiveName(state) && pid !== null;
    this.#wasCommandLive ||= this.#isCommandLive;
    if (reason?.kind === 'exited' && reason.exit.failure !== null)
      this.#log(exitFailureText(reason.exit.failure));
    if (!this.#isCommandLive) for (const text of this.#held.splice(0)) this.#options.write(text);
  }

  #lastLines(name: string): string {
    const lines = this.#options.lastLines(name).map((line) => `  ${name} | ${line}\n`);
    return lines.join('');
  }

  #log(text: string, below = ''): void {
    this.#ends.inOrder(() => this.#write(text, below));
  }

  #write(text: string, below: string): void {
    const whole = `sidecarctl: ${ownText(text)}\n${below}`;
    if (this.#isCommandLive && this.#options.sharesScreen) this.#held.push(whole);
    else this.#options.write(whole);
  }
}
