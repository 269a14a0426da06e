import { after } from '../../../time/timers.ts';
import type { OtlpSpan } from '../../otlp/messages.ts';
import type { OtlpSender } from '../../otlp/send.ts';
import type { TracingOptions } from '../options.ts';

/** Spans of a request of OTLP, as of an SDK's. */
const MOST_IN_BATCH = 512;

/** Spans that wait to be encoded. Beyond it they are dropped, and counted: no request waits for a trace. */
const MOST_GATHERED = 8_192;

/** A collector that is away costs no more memory than this. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024;

/** Spans that have left, and those that found no room or no collector. */
export interface SpanCounts {
  readonly sent: number;
  readonly dropped: number;
}

/** Sends spans in batches, and never makes anybody wait. */
export class SpanExporter {
  readonly #options: TracingOptions;
  #gathered: OtlpSpan[] = [];
  #cancel: (() => void) | null = null;
  #loading: Promise<OtlpSender> | null = null;
  #sender: OtlpSender | null = null;
  #dropped = 0;

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  get counts(): SpanCounts {
    const { sent, dropped, rejected } = this.#sender?.counts ?? { sent: 0, dropped: 0, rejected: 0 };
    return { sent, dropped: dropped + rejected + this.#dropped };
  }

  take(spans: readonly OtlpSpan[]): void {
    if (this.#gathered.length + spans.length > MOST_GATHERED) {
      this.#dropped += spans.length;
      return;
    }
    for (const span of spans) this.#gathered.push(span);
    if (this.#gathered.length >= MOST_IN_BATCH) this.#cancelAndFlush();
    else this.#cancel ??= after(this.#options.scheduleDelay, () => this.#cancelAndFlush(), { ref: false });
  }

  /** Sends what it has, for so many milliseconds at most. */
  async close(within: number): Promise<void> {
    this.#cancel?.();
    await this.#flush();
    await this.#sender?.close(within);
  }

  #cancelAndFlush(): void {
    this.#cancel?.();
    this.#cancel = null;
    void this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#gathered.length === 0) return;
    const sender = await this.#load();
    while (this.#gathered.length > 0) {
      const batch = this.#gathered.splice(0, MOST_IN_BATCH);
      await sender.send('traces', this.#requestOf(batch), batch.length);
    }
  }

  /** The library for protobuf is loaded by the first spans, so that no start waits for it. */
  #load(): Promise<OtlpSender> {
    this.#loading ??= import('../../otlp/send.ts').then(({ OtlpSender }) => {
      this.#sender = new OtlpSender({
        endpoint: this.#options.endpoint,
        maxQueueBytes: MOST_WAITING_BYTES,
      });
      return this.#sender;
    });
    return this.#loading;
  }

  #requestOf(spans: readonly OtlpSpan[]) {
    const { service } = this.#options;
    const attributes = [{ key: 'service.name', value: { stringValue: service } }];
    return {
      resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: { name: 'sidecarctl' }, spans }] }],
    };
  }
}
