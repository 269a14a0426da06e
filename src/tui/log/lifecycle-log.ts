import type { LogView, LogViewLine, Timestamp, ToldEvent } from '../../control/pod-client.ts';
import type { NoticeJson } from '../../control/pod-event-json.ts';
import { commandLog } from '../../model/own-command.ts';
import { LifecycleText, type Told } from './lifecycle-text.ts';
import { nextSeq, type ShownLine } from './shown-line.ts';

interface Event {
  readonly process: string;
  readonly time: Timestamp;
  readonly told: Told;
}

interface Placed extends Event {
  /** Number of the line of output above it, or 0. */
  readonly below: number;
  readonly seq: number;
}

const MOST_KEPT = 1_000;
const LOOKED_AT = 256;

/**
 * Lines that tell what happened to the processes, placed among their output by time. Output of the same millisecond was
 * written before.
 */
export class LifecycleLog {
  readonly #output: LogView;
  readonly #text = new LifecycleText();
  #placed: Placed[] = [];
  /** Events that no output follows yet. Output that was written before may still be on its way from another process. */
  #waiting: Event[] = [];
  readonly #lines = new Map<string | null, readonly ShownLine[]>();
  /** Number of the newest line of output when the events were placed; null if they must be placed again. */
  #newest: number | null = null;

  /** @param output of all processes */
  constructor(output: LogView) {
    this.#output = output;
  }

  take(event: ToldEvent): void {
    const told = this.#text.of(event);
    if (told === null || !('name' in event)) return;
    const process = event.type === 'notice' ? logOf(event) : event.name;
    if (process === undefined) return;
    this.#waiting.push({ process, time: Date.parse(event.time), told });
    if (this.#waiting.length >= 2 * MOST_KEPT) this.#waiting = this.#waiting.slice(-MOST_KEPT);
    this.#newest = null;
  }

  /** Takes a sentence of this dashboard about a process. */
  tell(process: string, text: string, time: Timestamp): void {
    this.#waiting.push({ process, time, told: { text, tone: 'calm' } });
    this.#newest = null;
  }

  /** Lines about one process, or about all (null), oldest first. */
  of(process: string | null): readonly ShownLine[] {
    if (this.#waiting.length > 0) this.#place();
    const known = this.#lines.get(process);
    if (known !== undefined) return known;
    const lines = [...this.#placed, ...this.#tentative()]
      .filter((event) => process === null || event.process === process)
      .map(lineOf);
    this.#lines.set(process, lines);
    return lines;
  }

  #place(): void {
    const [newest] = this.#output.before(Infinity, 1);
    const seq = newest?.seq ?? 0;
    if (seq === this.#newest) return;
    this.#newest = seq;
    this.#lines.clear();
    const isFollowed = ({ time }: Event): boolean => newest !== undefined && time < newest.time;
    const followed = this.#waiting.filter(isFollowed);
    for (const [at, line] of this.#linesBefore(followed).entries())
      this.#placed.push(placeBelow(line, followed[at] as Event, this.#placed.at(-1)));
    this.#waiting = this.#waiting.filter((event) => !isFollowed(event));
    if (this.#placed.length >= 2 * MOST_KEPT) this.#placed = chain(this.#placed.slice(-MOST_KEPT));
  }

  #tentative(): readonly Placed[] {
    const below = this.#newest ?? 0;
    return chain(
      this.#waiting.map((event) => ({ ...event, below })),
      this.#placed.at(-1),
    );
  }

  /**
   * Numbers of the last lines of output that are not newer than the events, or 0. No event stands above one that came
   * earlier, so that it is enough to go back through the output once, from the last event to the first.
   */
  #linesBefore(events: readonly Event[]): readonly number[] {
    let latest = 0;
    const times = events.map(({ time }) => {
      latest = Math.max(latest, time);
      return latest;
    });
    let before = Infinity;
    let lines: readonly LogViewLine[] = [];
    const lineBefore = (time: Timestamp): number => {
      for (;;) {
        const found = lines.findLast((line) => line.time <= time);
        if (found !== undefined) return found.seq;
        lines = this.#output.before(before, LOOKED_AT);
        const [oldest] = lines;
        if (oldest === undefined) return 0;
        before = oldest.seq;
      }
    };
    return times.toReversed().map(lineBefore).reverse();
  }
}

/** A command beside a process has a log of its own. */
const logOf = ({ name, command }: NoticeJson): string | undefined =>
  name === undefined || command === undefined ? name : commandLog(name, command);

const chain = (events: ReadonlyArray<Event & { readonly below: number }>, after?: Placed): Placed[] => {
  const placed: Placed[] = [];
  for (const event of events) placed.push(placeBelow(event.below, event, placed.at(-1) ?? after));
  return placed;
};

/** `last`: the event before it, which stays above. */
const placeBelow = (line: number, event: Event, last: Placed | undefined): Placed => {
  const below = Math.max(line, last?.below ?? 0);
  return { ...event, below, seq: nextSeq(last?.below === below ? last.seq : below) };
};

const lineOf = ({ process, time, told, seq }: Placed): ShownLine => ({
  seq,
  process,
  time,
  stream: 'stdout',
  line: Buffer.from(told.text),
  partial: false,
  told,
});
