import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** What rsyslog counts of a destination. */
export interface DestinationFigures {
  readonly processed: number;
  readonly failed: number;
  readonly suspended: number;
}

/** The newest figures of the destinations, which rsyslog tells every second. */
export class Figures {
  readonly #known = new Map<string, DestinationFigures>();
  readonly #onProgress: () => void;

  /** `onProgress`: more lines were read. */
  constructor(onProgress: () => void) {
    this.#onProgress = onProgress;
  }

  follow(stream: Readable): void {
    createInterface({ input: stream }).on('line', (line) => this.#take(line));
  }

  get destinations(): ReadonlyMap<string, DestinationFigures> {
    return this.#known;
  }

  /** A line has a date, a colon, and an object. */
  #take(line: string): void {
    const { name, origin, ...figures } = JSON.parse(line.slice(line.indexOf('{'))) as Told;
    if (origin !== 'core.action' || OWN.test(name)) return;
    const { processed, failed, suspended } = figures;
    const before = this.#known.get(name)?.processed ?? 0;
    this.#known.set(name, { processed, failed, suspended });
    if (processed > before) this.#onProgress();
  }
}

interface Told extends DestinationFigures {
  readonly name: string;
  readonly origin: string;
}

/** What rsyslog calls an action without a name: that for what it says of itself. */
const OWN = /^action-\d+-/;
