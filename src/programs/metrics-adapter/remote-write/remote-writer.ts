import { compress } from 'snappyjs';
import { every } from '../../../time/timers.ts';
import { PostQueue } from '../../otlp/post-queue.ts';
import type { PushOptions } from '../../otlp/push-metrics.ts';
import { writeRequest } from './write-request.ts';
import type { WrittenSeries } from './written-series.ts';

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
};

/** What is on its way at the end has this long. */
const ENDS_WITHIN = 2_000;

/**
 * Sends series by Prometheus' remote write every so often. One that is gone is marked as ended.
 *
 * @example
 * const writer = new RemoteWriter(options.push, () => writtenSeries(families, owner));
 * await writer.stop();
 */
export class RemoteWriter {
  readonly #options: PushOptions;
  readonly #read: () => readonly WrittenSeries[];
  readonly #queue = new PostQueue({});
  readonly #cancel: () => void;
  #before: ReadonlyMap<string, WrittenSeries> = new Map();

  constructor(options: PushOptions, read: () => readonly WrittenSeries[]) {
    this.#options = options;
    this.#read = read;
    this.#cancel = every(options.interval, () => this.#send());
  }

  /** Samples so far, and why the newest attempt has failed. */
  get counts() {
    return { ...this.#queue.counts, error: this.#queue.lastError };
  }

  /** Sends the last figures. Resolves once they are sent, or after 2 s. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#send();
    await this.#queue.close(ENDS_WITHIN);
  }

  #send(): void {
    const { endpoint, headers } = this.#options;
    const now = new Map(this.#read().map((series) => [JSON.stringify(series.labels), series]));
    const ended = [...this.#before]
      .filter(([key]) => !now.has(key))
      .map(([, { labels }]) => ({ labels, value: null }));
    this.#before = now;
    const series = [...now.values(), ...ended];
    if (series.length === 0) return;
    const body = Buffer.from(compress(writeRequest(series, Date.now())));
    this.#queue.add({ url: endpoint, headers: { ...headers, ...HEADERS }, body }, series.length);
  }
}
