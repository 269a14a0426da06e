import type { TracingOptions } from '../options.ts';
import { type SpanCounts, SpanExporter } from './span-exporter.ts';
import { Tracer } from './tracer.ts';

/** What is left of spans at a stop, or for a collector that is no longer the one, has this long to be sent. */
const CLOSES_WITHIN = 500;

const sumOf = (one: SpanCounts, other: SpanCounts): SpanCounts => ({
  sent: one.sent + other.sent,
  dropped: one.dropped + other.dropped,
});

/** The tracing of the options, while a proxy runs. */
export class LiveTracing {
  #written = 'null';
  /** The last one is used; the others are being closed. */
  readonly #exporters: SpanExporter[] = [];
  /** Of those that are closed: a counter never goes back. */
  #past: SpanCounts = { sent: 0, dropped: 0 };
  /** `null`: there are no spans. */
  tracer: Tracer | null = null;

  get counts(): SpanCounts {
    return this.#exporters.map(({ counts }) => counts).reduce(sumOf, this.#past);
  }

  use(options: TracingOptions | null): void {
    const written = JSON.stringify(options);
    if (written === this.#written) return;
    this.#written = written;
    void this.close();
    if (options === null) return;
    const exporter = new SpanExporter(options);
    this.#exporters.push(exporter);
    this.tracer = new Tracer(options, (spans) => exporter.take(spans));
  }

  /** Sends what there is, for a bounded time. */
  async close(): Promise<void> {
    this.tracer = null;
    await Promise.all(this.#exporters.map((exporter) => this.#retire(exporter)));
  }

  async #retire(exporter: SpanExporter): Promise<void> {
    await exporter.close(CLOSES_WITHIN);
    const at = this.#exporters.indexOf(exporter);
    if (at === -1) return;
    this.#exporters.splice(at, 1);
    this.#past = sumOf(this.#past, exporter.counts);
  }
}
