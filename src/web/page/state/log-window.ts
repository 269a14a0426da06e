import type { PageLine } from './page-line.ts';

/** Lines that a page keeps: a second of a flood, and hours of a calm pod. */
const MOST_LINES = 50_000;
/** In characters, of which a browser keeps most in one byte. */
const MOST_TEXT = 32 * 1024 * 1024;
/** Dropped at once, so that dropping costs next to nothing per line. */
const SLACK = 1.25;

export interface LogFilter {
  /** Text to find in a line, in any case; empty: all lines. */
  readonly text: string;
  /** Names of the processes; empty: all. */
  readonly processes: ReadonlySet<string>;
}

export const NO_FILTER: LogFilter = { text: '', processes: new Set() };

const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** A pattern that finds the text as it is, in any case. Null: there is nothing to find. */
export const patternOf = (text: string, flags = 'i'): RegExp | null =>
  text === '' ? null : new RegExp(text.replace(SPECIAL, String.raw`\$&`), flags);

/** The newest lines of a pod, and those of them that a filter shows. */
export class LogWindow {
  readonly #most: number;
  #lines: PageLine[] = [];
  #shown: PageLine[] = [];
  /** Unfinished lines by process and stream. */
  readonly #partials = new Map<string, PageLine>();
  #textLength = 0;
  #filter = NO_FILTER;
  #pattern: RegExp | null = null;
  /** Number of lines that have come. */
  count = 0;

  constructor(most = MOST_LINES) {
    this.#most = most;
  }

  /** Lines that the filter shows, oldest first. A new array after each change of the filter. */
  get shown(): readonly PageLine[] {
    return this.#shown;
  }

  get lines(): readonly PageLine[] {
    return this.#lines;
  }

  get lastTime(): string {
    return this.#lines.at(-1)?.time ?? '';
  }

  setFilter(filter: LogFilter): void {
    this.#filter = filter;
    this.#pattern = patternOf(filter.text);
    this.#showAgain();
  }

  take(lines: readonly PageLine[]): void {
    let isInOrder = true;
    for (const line of lines) {
      isInOrder &&= line.time >= this.lastTime;
      isInOrder = this.#add(line) && isInOrder;
    }
    this.#drop();
    if (!isInOrder) this.#putInOrder();
  }

  /** Returns false if the lines must be filtered again. */
  #add(line: PageLine): boolean {
    const begun = this.#begun(line);
    this.#textLength += line.text.length;
    if (begun !== -1) {
      this.#lines[begun] = line;
      return false;
    }
    this.count += 1;
    this.#lines.push(line);
    if (this.#shows(line)) this.#shown.push(line);
    return true;
  }

  /** Index of the unfinished line that this one continues, or -1. */
  #begun(line: PageLine): number {
    const key = `${line.process} ${line.kind}`;
    const partial = this.#partials.get(key);
    if (line.isPartial) this.#partials.set(key, line);
    else if (partial !== undefined) this.#partials.delete(key);
    return partial !== undefined && line.text.startsWith(partial.text)
      ? this.#lines.lastIndexOf(partial)
      : -1;
  }

  #shows({ process, kind, text }: PageLine): boolean {
    // Whoever filters must not take what is missing for what was never written.
    if (kind === 'gap') return true;
    const { processes } = this.#filter;
    if (processes.size > 0 && !processes.has(process)) return false;
    return this.#pattern?.test(text) ?? true;
  }

  #showAgain(): void {
    this.#shown = this.#lines.filter((line) => this.#shows(line));
  }

  /** The events of a pod and its output come over different streams. */
  #putInOrder(): void {
    this.#lines.sort((one, other) => (one.time < other.time ? -1 : Number(one.time > other.time)));
    this.#showAgain();
  }

  #drop(): void {
    if (this.#textLength > MOST_TEXT) this.#dropTo(Math.floor(this.#lines.length / 2));
    else if (this.#lines.length > this.#most * SLACK) this.#dropTo(this.#most);
  }

  #dropTo(kept: number): void {
    this.#lines = this.#lines.slice(-kept);
    this.#textLength = this.#lines.reduce((sum, { text }) => sum + text.length, 0);
    this.#showAgain();
  }
}
