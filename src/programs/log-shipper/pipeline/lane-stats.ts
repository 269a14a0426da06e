/** Milliseconds between two lines of the log about the same trouble. */
const SAY_EVERY = 60_000;

/** What is wrong with a destination, or with the disk. */
interface Trouble {
  readonly what: string;
  readonly since: number;
  readonly saidAt: number;
}

/** The figures of the way to one destination, and what is said of it. Times are of a clock that never goes back. */
export class LaneStats {
  readonly output: string;
  readonly #say: (line: string) => void;
  lines = { read: 0, sent: 0, dead: 0 };
  bytes = { read: 0, sent: 0 };
  batches = 0;
  retries = 0;
  #destination: Trouble | null = null;
  readonly #disk = new Map<string, Trouble>();
  #saidDeadAt = Number.NEGATIVE_INFINITY;

  constructor(output: string, say: (line: string) => void) {
    this.output = output;
    this.#say = say;
  }

  /** What is wrong now, as a clause: `http: connection refused`. Empty: nothing. */
  get trouble(): string {
    const disk = [...this.#disk].map(([what, { what: why }]) => `cannot write ${what}: ${why}`);
    const own = this.#destination === null ? [] : [this.#destination.what];
    return [...own, ...disk].map((what) => `${this.output}: ${what}`).join('; ');
  }

  read(lines: number, bytes: number): void {
    this.lines.read += lines;
    this.bytes.read += bytes;
  }

  sent(lines: number, bytes: number, now: number): void {
    this.lines.sent += lines;
    this.bytes.sent += bytes;
    this.batches += 1;
    if (this.#destination === null) return;
    const seconds = Math.round((now - this.#destination.since) / 1000);
    this.#say(`${this.output} takes lines again, after ${seconds} s`);
    this.#destination = null;
  }

  failed(why: string, again: number, now: number): void {
    this.retries += 1;
    const { saidAt, since } = this.#destination ?? { saidAt: Number.NEGATIVE_INFINITY, since: now };
    const isSaid = now - saidAt < SAY_EVERY;
    this.#destination = { what: why, since, saidAt: isSaid ? saidAt : now };
    if (isSaid) return;
    this.#say(
      `${this.output} takes no lines: ${why}; they wait in their files, and it is tried again in ${Math.ceil(again / 100) / 10} s`,
    );
  }

  buried(lines: number, why: string, path: string, now: number): void {
    this.lines.dead += lines;
    if (now - this.#saidDeadAt < SAY_EVERY) return;
    this.#saidDeadAt = now;
    this.#say(
      `${this.output} refuses ${lines} ${lines === 1 ? 'line' : 'lines'}: ${why}; see ${path} (${this.lines.dead} in all)`,
    );
  }

  diskRefused(what: string, why: string, now: number): void {
    const { saidAt, since } = this.#disk.get(what) ?? { saidAt: Number.NEGATIVE_INFINITY, since: now };
    const isSaid = now - saidAt < SAY_EVERY;
    this.#disk.set(what, { what: why, since, saidAt: isSaid ? saidAt : now });
    if (!isSaid)
      this.#say(
        `${this.output}: cannot write ${what}: ${why}; nothing more is sent until they can be written`,
      );
  }

  diskTook(what: string): void {
    if (this.#disk.delete(what)) this.#say(`${this.output}: ${what} can be written again`);
  }
}
