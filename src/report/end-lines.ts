import type { Notice } from '../model/notice.ts';
import { withCause } from './wording.ts';

/** A line that tells of a process's end, and waits for its likely cause. */
interface EndLine {
  readonly process: string;
  readonly sentence: string;
  readonly write: (text: string) => void;
  reportPath: string | null;
  /** Undefined until it is known. */
  cause: string | null | undefined;
}

/**
 * Puts the likely cause of a process's end into the line that tells of it. The cause is known some milliseconds after
 * the end, and what comes in between is written after the line.
 */
export class EndLines {
  readonly #causeOf: (process: string) => Promise<string | null>;
  readonly #waiting: Array<EndLine | (() => void)> = [];
  /** Causes that have been told, by process. */
  readonly #told = new Map<string, string>();

  constructor(causeOf: (process: string) => Promise<string | null>) {
    this.#causeOf = causeOf;
  }

  /** True while a line of this process waits. */
  isOpen(process: string): boolean {
    return this.#waiting.some((one) => typeof one === 'object' && one.process === process);
  }

  tell(process: string, sentence: string, write: (text: string) => void): void {
    const line: EndLine = { process, sentence, write, reportPath: null, cause: undefined };
    this.#waiting.push(line);
    // The event goes to those who look for the cause after it has come here.
    void Promise.resolve()
      .then(() => this.#causeOf(process))
      .catch(() => null)
      .then((cause) => {
        line.cause = cause;
        this.#release();
      });
  }

  /** Calls `write` now, or behind the lines that wait. */
  inOrder(write: () => void): void {
    if (this.#waiting.length === 0) write();
    else this.#waiting.push(write);
  }

  /** True for a notice that a line tells of instead. */
  takes(notice: Notice): boolean {
    if (notice.kind !== 'likely-cause' && notice.kind !== 'dossier') return false;
    const line = this.#waiting.findLast(
      (one): one is EndLine => typeof one === 'object' && one.process === notice.process,
    );
    if (notice.kind === 'likely-cause')
      return line !== undefined || this.#told.get(notice.process) === notice.cause;
    if (line !== undefined) line.reportPath = notice.path;
    return line !== undefined;
  }

  /** Writes everything with what is known. */
  flush(): void {
    for (const one of this.#waiting) if (typeof one === 'object') one.cause ??= null;
    this.#release();
  }

  #release(): void {
    for (let [next] = this.#waiting; next !== undefined; [next] = this.#waiting) {
      if (typeof next === 'object' && next.cause === undefined) return;
      this.#waiting.shift();
      if (typeof next === 'function') next();
      else this.#write(next);
    }
  }

  #write({ process, sentence, write, cause, reportPath }: EndLine): void {
    if (cause != null) this.#told.set(process, cause);
    const text = withCause(sentence, cause ?? null);
    write(reportPath === null ? text : `${text}; crash report: ${reportPath}`);
  }
}
