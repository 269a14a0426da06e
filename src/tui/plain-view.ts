import { stripVTControlCharacters } from 'node:util';
import type { LogViewLine, PodClient, PodSnapshot, ProcessSnapshot } from '../control/pod-client.ts';
import { after } from '../time/timers.ts';
import { podText } from './screens/header.ts';
import type { AsyncTty } from './terminal/async-tty.ts';
import { cleanLine } from './text/clean-line.ts';
import { clockWithSeconds, count } from './text/format.ts';
import { RESET } from './text/sgr.ts';
import { plainOf, render } from './text/styled.ts';
import type { Theme } from './theme.ts';

const SELF = 'sidecarctl';
/** Number of past lines shown first, and the maximum written in one go. */
const TAIL = 50;
const AT_ONCE = 500;
const INTERVAL_MS = 100;
const BACK_TO_START = '\r\u001b[K';

interface PlainViewOptions {
  readonly client: PodClient;
  readonly tty: Pick<AsyncTty, 'isDrained' | 'write'>;
  readonly theme: Theme;
}

/**
 * Writes the pod's output to the normal screen, line by line with the state changes, so that the terminal's own
 * scrolling, searching and copying work. A slow terminal gets a note of how many lines it missed.
 */
export class PlainView {
  readonly #options: PlainViewOptions;
  readonly #ends: ReadonlyArray<() => void>;
  #snapshot: PodSnapshot;
  #next: number;
  #cancel: (() => void) | null = null;
  /** Unfinished line that was written last; it has no end yet. */
  #unfinished: LogViewLine | null = null;

  constructor(options: PlainViewOptions) {
    const { client } = options;
    this.#options = options;
    this.#snapshot = client.snapshot;
    this.#next = client.log(null).before(Infinity, TAIL)[0]?.seq ?? 0;
    this.#ends = [client.onOutput(() => this.#soon()), client.onChange(() => this.#soon())];
    this.#write();
  }

  log(text: string): void {
    this.#put([this.#line(SELF, text)]);
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#cancel?.();
    this.#write();
    if (this.#unfinished !== null) this.#options.tty.write('\n');
  }

  #soon(): void {
    this.#cancel ??= after(INTERVAL_MS, () => {
      this.#cancel = null;
      if (this.#options.tty.isDrained) this.#write();
      else this.#soon();
    });
  }

  #write(): void {
    const { client } = this.#options;
    const log = client.log(null);
    const missed = log.after(this.#next, AT_ONCE + 1).length > AT_ONCE;
    const lines = missed ? log.before(Infinity, AT_ONCE) : log.after(this.#next, AT_ONCE);
    const skipped = missed
      ? [this.#line(SELF, 'some lines were skipped here; the log files have all of them')]
      : [];
    this.#next = (lines.at(-1)?.seq ?? this.#next - 1) + 1;
    const own = [...this.#changes(), ...skipped];
    const goesOn = own.length === 0 && isSameLine(this.#unfinished, lines[0]);
    this.#put([...own, ...lines.map((line) => this.#logLine(line))], goesOn, lines.at(-1));
  }

  /** `goesOn`: the first text continues the unfinished line that was written. */
  #put(texts: readonly string[], goesOn = false, last?: LogViewLine): void {
    if (texts.length === 0) return;
    const between = goesOn ? BACK_TO_START : '\n';
    const before = this.#unfinished === null ? '' : between;
    this.#unfinished = last?.partial === true ? last : null;
    this.#options.tty.write(`${before}${texts.join('\n')}${this.#unfinished === null ? '\n' : ''}`);
  }

  #logLine({ process, line, time }: LogViewLine): string {
    return this.#line(process, render(cleanLine(line, this.#options.theme.colors)), time);
  }

  #line(name: string, text: string, time = Date.now()): string {
    const { processes } = this.#snapshot;
    const { names, muted } = this.#options.theme;
    const at = processes.findIndex((process) => process.name === name);
    const style = at === -1 ? muted : (names[at % names.length] ?? '');
    const width = Math.max(SELF.length, ...processes.map((process) => process.name.length));
    const own = name === SELF ? plainOf(cleanLine(Buffer.from(text), false)) : text;
    const prefix = `${clockWithSeconds(time)} ${name.padEnd(width)} | `;
    return `${style === '' ? prefix : `${style}${prefix}${RESET}`}${own}`;
  }

  #changes(): readonly string[] {
    const before = this.#snapshot;
    const now = this.#options.client.snapshot;
    this.#snapshot = now;
    const changed = now.processes.filter(
      ({ name, state }) => before.processes.find((process) => process.name === name)?.state !== state,
    );
    const pod = now.state === before.state ? [] : [`pod ${now.name}: ${podText(now)}`];
    return [...changed.map(sentence), ...pod].map((text) => this.#line(SELF, text));
  }
}

const isSameLine = (begun: LogViewLine | null, line: LogViewLine | undefined): boolean =>
  begun !== null && begun.process === line?.process && begun.stream === line.stream;

export const sentence = ({ name, state, why, lastExit, ports, restarts }: ProcessSnapshot): string => {
  const ended = state === 'failed' || state === 'backoff' || state === 'stopped' || state === 'completed';
  const facts = [
    ended && lastExit !== null ? lastExit.text : '',
    why ?? '',
    state === 'ready' ? ports.map((port) => `${port.name} ${port.host}:${port.port}`).join(', ') : '',
    restarts > 0 && !ended ? count(restarts, 'restart') : '',
  ].filter((fact) => fact !== '');
  return stripVTControlCharacters(`${name} is ${state}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`);
};
