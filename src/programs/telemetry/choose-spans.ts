import type { OtlpSpan, TracesRequest } from '../otlp/messages.ts';

export interface ChosenSpans {
  readonly request: TracesRequest;
  readonly spans: number;
  /** Spans without a trace id or a span id. */
  readonly rejected: number;
  /** Spans of traces that do not belong to the share. */
  readonly unsampled: number;
}

/** The spans of a request that have ids, and whose traces belong to a share of all. */
export const chooseSpans = (request: TracesRequest, share: number): ChosenSpans => {
  let [spans, rejected, unsampled] = [0, 0, 0];
  const isWanted = (span: OtlpSpan): boolean => {
    const isWhole = !EMPTY_ID.test(span.traceId) && !EMPTY_ID.test(span.spanId);
    const isChosen = isWhole && isSampled(span.traceId, share);
    if (isChosen) spans += 1;
    else if (isWhole) unsampled += 1;
    else rejected += 1;
    return isChosen;
  };
  const resourceSpans = request.resourceSpans.map(({ scopeSpans, ...owner }) => ({
    ...owner,
    scopeSpans: scopeSpans.map((scope) => ({ ...scope, spans: scope.spans.filter(isWanted) })),
  }));
  return { request: { resourceSpans }, spans, rejected, unsampled };
};

const EMPTY_ID = /^0*$/;

/**
 * Always the same answer for the same id. Like OpenTelemetry's samplers, it looks at the end of the id, which is random also
 * where its beginning is a time.
 */
const isSampled = (traceId: string, share: number): boolean =>
  share >= 1 || Number.parseInt(traceId.slice(-13), 16) / 2 ** 52 < share;
