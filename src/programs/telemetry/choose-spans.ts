import type { ReceivedSpans } from './received/received-spans.ts';
import type { SpanHead } from './received/span-head.ts';
import { unpack } from './store/packed.ts';

export interface ChosenSpans {
  readonly received: readonly ReceivedSpans[];
  readonly spans: number;
  /** Spans without a trace id or a span id. */
  readonly rejected: number;
  /** Spans of traces that do not belong to the share. */
  readonly unsampled: number;
}

/** The spans of a request that have ids, and whose traces belong to a share of all. */
export const chooseSpans = (all: readonly ReceivedSpans[], share: number): ChosenSpans => {
  let [spans, rejected, unsampled] = [0, 0, 0];
  const isWanted = ({ traceId, hasSpanId }: SpanHead): boolean => {
    const isWhole = traceId !== '' && hasSpanId;
    const isChosen = isWhole && (share >= 1 || isSampled(unpack(traceId).toString('hex'), share));
    if (isChosen) spans += 1;
    else if (isWhole) unsampled += 1;
    else rejected += 1;
    return isChosen;
  };
  const received = all.map((group) => ({ owner: group.owner, spans: group.spans.filter(isWanted) }));
  return { received, spans, rejected, unsampled };
};

/**
 * Always the same answer for the same id. Like OpenTelemetry's samplers, it looks at the end of the id, which is random also
 * where its beginning is a time.
 */
const isSampled = (traceId: string, share: number): boolean =>
  Number.parseInt(traceId.slice(-13), 16) / 2 ** 52 < share;
