import type { Notice } from '../model/notice.ts';
import { commandLog } from '../model/own-command.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { type CiGroups, groupAfter, groupBefore } from './ci-groups.ts';
import { EndLines } from './end-lines.ts';
import { EventSentences, endedIn } from './event-sentences.ts';
import { PlainLines, type PlainLinesOptions } from './plain-lines.ts';
import { noticeText } from './wording.ts';

interface PlainOptions extends PlainLinesOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  /** Resolves soon, with the likely cause of a process's end, or null if none is known by then. */
  readonly causeOf: (process: string) => Promise<string | null>;
  /** Markers by which a CI system folds lines, or null for none. */
  readonly groups: CiGroups | null;
}

/** The pod of this process as lines for people. */
export class PlainReport {
  readonly #lines: PlainLines;
  readonly #sentences: EventSentences;
  readonly #ends: EndLines;
  readonly #groups: CiGroups | null;

  constructor(spec: PodSpec, options: PlainOptions) {
    this.#lines = new PlainLines([...spec.processes.keys()], options);
    this.#sentences = new EventSentences(spec, options.clock);
    this.#ends = new EndLines(options.causeOf);
    this.#groups = options.groups;
  }

  event(event: PodEvent): void {
    if (event.type === 'reload') this.#lines.addNames(event.spec.processes.keys());
    const sentence = this.#sentences.of(event);
    const time = Date.now();
    const tell = (text: string | null): void => {
      this.#mark(groupBefore(event));
      if (text !== null) this.#lines.log(text, time);
      this.#mark(groupAfter(event));
    };
    const ended = endedIn(event);
    if (ended !== null && sentence !== null) this.#ends.tell(ended, sentence, tell);
    else this.#ends.inOrder(() => tell(sentence));
  }

  output(name: string, stream: 'stdout' | 'stderr', block: Buffer, partial: boolean): void {
    if (!this.#ends.isOpen(name)) return this.#lines.output(name, stream, block, partial);
    // The end of the last run comes first, and the block's memory is used again.
    const [copy, time] = [Buffer.from(block), Date.now()];
    this.#ends.inOrder(() => this.#lines.output(name, stream, copy, partial, time));
  }

  unfinished(name: string, stream: 'stdout' | 'stderr', line: Buffer | null): void {
    if (!this.#ends.isOpen(name)) return this.#lines.unfinished(name, stream, line);
    const [copy, time] = [line === null ? null : Buffer.from(line), Date.now()];
    this.#ends.inOrder(() => this.#lines.unfinished(name, stream, copy, time));
  }

  notice(notice: Notice): void {
    if (notice.kind === 'command-started') this.#lines.addNames([commandLog(notice.process, notice.command)]);
    if (!this.#ends.takes(notice)) this.log(noticeText(notice));
  }

  log(text: string): void {
    const time = Date.now();
    this.#ends.inOrder(() => this.#lines.log(text, time));
  }

  /** Writes the lines that wait for a likely cause. */
  flush(): void {
    this.#ends.flush();
  }

  #mark(step: 'open-start' | 'open-stop' | 'close' | null): void {
    const text = step === null ? '' : (this.#groups?.[step]() ?? '');
    if (text !== '') this.#lines.mark(text);
  }
}
