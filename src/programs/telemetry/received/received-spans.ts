import type { Owner, Owners } from '../store/owners.ts';
import { sourcesIn } from './sources.ts';
import { SpanHead } from './span-head.ts';

/** Spans of a request that have the same owner. */
export interface ReceivedSpans {
  readonly owner: Owner;
  readonly spans: readonly SpanHead[];
}

/** The spans of a request, whose bytes are plain. */
export const receivedSpans = (request: Buffer, owners: Owners): readonly ReceivedSpans[] =>
  sourcesIn(request).map(({ resource, scope, places }) => ({
    owner: owners.of(resource, scope),
    spans: places.map((place) => new SpanHead(request, place)),
  }));
