import type { OtlpSpan } from '../../otlp/messages.ts';
import type { TracingOptions } from '../options.ts';
import { newTraceId } from '../routing/ids.ts';
import { headerIn } from '../routing/raw-headers.ts';
import { RequestTrace } from './request-trace.ts';
import { spansOf } from './spans-of.ts';
import { isInShare, readTraceparent } from './trace-context.ts';
import { WallClock } from './wall-clock.ts';

/** Takes the spans of one request. */
export type TakeSpans = (spans: readonly OtlpSpan[]) => void;

/** Begins the traces of requests, or joins those of their clients. */
export class Tracer {
  readonly #percentage: number;
  readonly #take: TakeSpans;
  readonly #clock = new WallClock();

  constructor({ percentage }: Pick<TracingOptions, 'percentage'>, take: TakeSpans) {
    this.#percentage = percentage;
    this.#take = take;
  }

  /** `wall` and `steady`: both clocks, at the start of the request. `null`: it is not sampled. */
  begin(headers: readonly string[], wall: number, steady: number): RequestTrace | null {
    const joined = readTraceparent(headerIn(headers, 'traceparent'));
    if (joined?.isSampled === false) return null;
    const traceId = joined?.traceId ?? newTraceId();
    if (joined === null && !isInShare(traceId, this.#percentage)) return null;
    this.#clock.read(wall, steady);
    const place = {
      ...{ traceId, parentId: joined?.parentId ?? null },
      traceState: joined === null ? null : headerIn(headers, 'tracestate'),
    };
    const toWall = (at: number): number => this.#clock.at(at);
    return new RequestTrace(place, { steady, headers, toWall }, (request) => this.#take(spansOf(request)));
  }
}
