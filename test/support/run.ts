import { withDeadline } from './deadline.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One line of `--ui json`. */
export type JsonEvent = Readonly<Record<string, unknown>> & { readonly type: string; readonly seq: number };

/** A run of a pod as a test sees it: what it writes, the events in that, and its end. */
export abstract class Run {
  abstract readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #wake: Array<() => void> = [];
  #isOver = false;

  abstract signal(signal: NodeJS.Signals): void;

  /** Its end, within the limit of a test's patience. */
  exit(): Promise<Ended> {
    return withDeadline('sidecarctl to end', this.ended, () => this.transcript());
  }

  async exitCode(): Promise<number | null> {
    return (await this.exit()).code;
  }

  /** The events of `--ui json` so far. */
  get events(): JsonEvent[] {
    const whole = this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1);
    return whole
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** The first event that fits, now or later. */
  async event(what: string, fits: (event: JsonEvent) => boolean): Promise<JsonEvent> {
    let found: JsonEvent | undefined;
    await this.until(`the event "${what}"`, () => {
      found = this.events.find(fits);
      return found !== undefined;
    });
    return found as JsonEvent;
  }

  /** The first report that the named process is in this state. */
  state(name: string, state: string): Promise<JsonEvent> {
    return this.event(`${name} is ${state}`, (event) => event['name'] === name && event['state'] === state);
  }

  async output(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpMatchArray> {
    await this.until(`${pattern} on ${stream}`, () => pattern.test(this[stream]));
    return this[stream].match(pattern) as RegExpMatchArray;
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const wait = async () => {
      while (!holds()) {
        if (this.#isOver) throw new Error(`sidecarctl ended without ${what}\n${this.transcript()}`);
        await new Promise<void>((wake) => this.#wake.push(wake));
      }
    };
    await withDeadline(what, wait(), () => this.transcript());
  }

  transcript(): string {
    return `--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`;
  }

  abstract [Symbol.asyncDispose](): Promise<void>;

  protected get isOver(): boolean {
    return this.#isOver;
  }

  protected grow(stream: 'stdout' | 'stderr', text: string): void {
    this[stream] += text;
    this.#wakeAll();
  }

  protected over(): void {
    this.#isOver = true;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
