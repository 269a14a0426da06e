import type { Notice } from '../model/notice.ts';
import type { PodEvent } from '../model/pod-event.ts';
import type { PodSpec } from '../model/pod-spec.ts';
import { EventSentences } from './event-sentences.ts';
import { PlainLines, type PlainLinesOptions } from './plain-lines.ts';
import { noticeText } from './wording.ts';

interface PlainOptions extends PlainLinesOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
}

/** The pod of this process as lines for people. */
export class PlainReport {
  readonly #lines: PlainLines;
  readonly #sentences: EventSentences;

  constructor(spec: PodSpec, options: PlainOptions) {
    this.#lines = new PlainLines([...spec.processes.keys()], options);
    this.#sentences = new EventSentences(spec, options.clock);
  }

  event(event: PodEvent): void {
    if (event.type === 'reload') this.#lines.addNames(event.spec.processes.keys());
    const sentence = this.#sentences.of(event);
    if (sentence !== null) this.log(sentence);
  }

  output(name: string, stream: 'stdout' | 'stderr', block: Buffer, partial: boolean): void {
    this.#lines.output(name, stream, block, partial);
  }

  unfinished(name: string, stream: 'stdout' | 'stderr', line: Buffer | null): void {
    this.#lines.unfinished(name, stream, line);
  }

  notice(notice: Notice): void {
    this.log(noticeText(notice));
  }

  log(text: string): void {
    this.#lines.log(text);
  }
}
