import { parseAddress } from '../../address.ts';
import type { Family } from '../../exposition/read-families.ts';
import type { MetricsRequest } from '../../otlp/messages.ts';
import { serveOtlpHttp } from '../../otlp/receive-http.ts';
import { type RunningReceiver, reading } from '../../otlp/receiver.ts';
import type { OtlpSource as OtlpOptions } from '../options.ts';
import { OtlpSeries } from '../otlp/otlp-series.ts';
import type { Source, SourceContext, SourceFigures } from './source.ts';

/** Metrics that come by OTLP over HTTP. Spans and log records are taken and dropped: whoever sends them shall not retry. */
export class OtlpSource implements Source {
  readonly name: string;
  readonly #listen: string;
  readonly #series: OtlpSeries;
  #receiver: RunningReceiver | null = null;
  #malformed = 0;

  constructor({ listen }: OtlpOptions, { name, budget, relabel }: SourceContext) {
    this.name = name;
    this.#listen = listen;
    this.#series = new OtlpSeries(budget, relabel);
  }

  get figures(): SourceFigures {
    const { points, refused } = this.#series;
    return { taken: points, failed: refused + this.#malformed, error: null };
  }

  async start(): Promise<void> {
    const at = parseAddress(this.#listen, 0);
    if (at === null) throw new Error(`'${this.#listen}' is no host:port`);
    this.#receiver = await serveOtlpHttp(at, {
      take: reading(async (signal, request) => {
        if (signal === 'metrics') this.#series.take(request as MetricsRequest, Date.now());
        return { kind: 'taken', partial: null };
      }),
      refused: () => {
        this.#malformed += 1;
      },
    });
  }

  families(): readonly Family[] {
    return this.#series.families();
  }

  expire(before: number): void {
    this.#series.expire(before);
  }

  async stop(): Promise<void> {
    this.#series.clear();
    await this.#receiver?.close();
  }
}
