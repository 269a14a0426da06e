import { every } from '../../time/timers.ts';
import type { MetricsRequest } from './messages.ts';
import type { OtlpSender } from './send.ts';

export interface PushOptions {
  /** Base address, as in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly interval: number;
}

/** What is on its way at the end has this long. */
const ENDS_WITHIN = 2_000;

/**
 * Sends metrics by OTLP every so often.
 *
 * @example
 * const pusher = await MetricsPusher.begin(options.push, () => requestOf(figures));
 * await pusher.stop();
 */
export class MetricsPusher {
  readonly #sender: OtlpSender;
  readonly #make: () => MetricsRequest;
  readonly #cancel: () => void;

  private constructor(sender: OtlpSender, interval: number, make: () => MetricsRequest) {
    this.#sender = sender;
    this.#make = make;
    this.#cancel = every(interval, () => void this.#send());
  }

  /** What sends is loaded late: most programs push nothing. */
  static async begin(
    { endpoint, headers, interval }: PushOptions,
    make: () => MetricsRequest,
  ): Promise<MetricsPusher> {
    const { OtlpSender: Sender } = await import('./send.ts');
    return new MetricsPusher(new Sender({ endpoint, headers }), interval, make);
  }

  /** Points so far, and why the newest attempt has failed. */
  get counts() {
    return { ...this.#sender.counts, error: this.#sender.lastError };
  }

  /** Sends the last figures. Resolves once they are sent, or after 2 s. */
  async stop(): Promise<void> {
    this.#cancel();
    await this.#send();
    await this.#sender.close(ENDS_WITHIN);
  }

  async #send(): Promise<void> {
    const request = this.#make();
    const points = pointsIn(request);
    if (points > 0) await this.#sender.send('metrics', request, points);
  }
}

const pointsIn = ({ resourceMetrics }: MetricsRequest): number =>
  resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics))
    .reduce((count, { gauge, sum, histogram, summary }) => {
      const data = gauge ?? sum ?? histogram ?? summary;
      return count + (data?.dataPoints.length ?? 0);
    }, 0);
