import type { KeyValue, OtlpSpan, TracesRequest } from '../../otlp/messages.ts';
import { serviceOf } from './attributes.ts';
import { bytesOf } from './bytes.ts';

/** A span, and what it shares with others of its request. */
export interface KeptSpan {
  readonly span: OtlpSpan;
  readonly service: string;
  readonly resource: readonly KeyValue[];
  readonly scope: string;
}

export interface KeptTrace {
  readonly traceId: string;
  readonly spans: KeptSpan[];
  bytes: number;
  /** Number of its last change: every request has a higher one. */
  change: number;
}

export interface Limits {
  readonly count: number;
  readonly bytes: number;
}

/** Of a trace, the first so many spans are kept: one that never ends must not take the room of all others. */
const MOST_SPANS = 10_000;

/** The newest traces: those that have got no span for the longest time give way. */
export class Traces {
  limits: Limits;
  /** The one that changed last stands last. */
  readonly #byId = new Map<string, KeptTrace>();
  #bytes = 0;
  #change = 0;
  #spans = 0;
  /** Spans that had to give way, or had no room in their trace. */
  dropped = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#byId.size;
  }

  get spans(): number {
    return this.#spans;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the newest change. */
  get change(): number {
    return this.#change;
  }

  /** Returns how many spans came. */
  add(request: TracesRequest): number {
    this.#change += 1;
    let count = 0;
    for (const { resource, scopeSpans } of request.resourceSpans) {
      const attributes = resource?.attributes ?? [];
      const service = serviceOf(attributes);
      for (const { scope, spans } of scopeSpans)
        for (const span of spans) {
          count += 1;
          this.#addSpan({ span, service, resource: attributes, scope: scope?.name ?? '' });
        }
    }
    this.#makeRoom();
    return count;
  }

  get(traceId: string): KeptTrace | undefined {
    return this.#byId.get(traceId);
  }

  /** Those whose id begins so. */
  beginningWith(beginning: string): readonly KeptTrace[] {
    return [...this.#byId.values()].filter(({ traceId }) => traceId.startsWith(beginning));
  }

  /** Those that changed after a change, newest change first. */
  changedAfter(change: number): readonly KeptTrace[] {
    return [...this.#byId.values()].filter((trace) => trace.change > change).reverse();
  }

  #addSpan(kept: KeptSpan): void {
    const { traceId } = kept.span;
    const trace = this.#traceThatChanges(traceId);
    if (trace.spans.length >= MOST_SPANS) {
      this.dropped += 1;
      return;
    }
    const bytes = bytesOfSpan(kept.span);
    trace.spans.push(kept);
    trace.bytes += bytes;
    this.#bytes += bytes;
    this.#spans += 1;
  }

  #traceThatChanges(traceId: string): KeptTrace {
    const trace = this.#byId.get(traceId) ?? { traceId, spans: [], bytes: 0, change: 0 };
    // Once a request is enough.
    if (trace.change === this.#change) return trace;
    trace.change = this.#change;
    this.#byId.delete(traceId);
    this.#byId.set(traceId, trace);
    return trace;
  }

  #makeRoom(): void {
    const oldest = this.#byId.values();
    while (this.#byId.size > this.limits.count || this.#bytes > this.limits.bytes) {
      const trace = oldest.next().value;
      if (trace === undefined) return;
      this.#byId.delete(trace.traceId);
      this.#bytes -= trace.bytes;
      this.#spans -= trace.spans.length;
      this.dropped += trace.spans.length;
    }
  }
}

/** Ids, times and fields of a span take this in the heap, without its attributes. */
const SPAN = 500;

const bytesOfSpan = ({ name, attributes, events, links }: OtlpSpan): number => {
  let bytes = SPAN + name.length + bytesOf(attributes);
  for (const event of events ?? []) bytes += bytesOf(event.attributes) + event.name.length;
  for (const link of links ?? []) bytes += bytesOf(link.attributes) + 100;
  return bytes;
};
