import type { ReceivedSpans } from '../received/received-spans.ts';
import type { SpanHead } from '../received/span-head.ts';
import { type Owner, Owners } from './owners.ts';
import { type Packed, pack, unpack } from './packed.ts';

/** A message `Span`, and who has sent it. */
export interface KeptSpan {
  readonly packed: Packed;
  readonly owner: Owner;
}

export interface KeptTrace {
  /** Hexadecimal. */
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
  readonly owners = new Owners();
  /** The one that changed last stands last. */
  readonly #byId = new Map<Packed, KeptTrace>();
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
    return this.#bytes + this.owners.bytes;
  }

  /** Number of the newest change. */
  get change(): number {
    return this.#change;
  }

  /** Takes in the spans of one request, whose owners are from `owners`, and returns how many there are. */
  add(received: readonly ReceivedSpans[]): number {
    this.#change += 1;
    let count = 0;
    for (const { owner, spans } of received) {
      count += spans.length;
      for (const span of spans) this.#addSpan(span, owner);
    }
    this.#makeRoom();
    return count;
  }

  get(traceId: string): KeptTrace | undefined {
    const trace = this.#byId.get(pack(Buffer.from(traceId, 'hex')));
    return trace?.traceId === traceId ? trace : undefined;
  }

  /** Those whose id begins so. */
  beginningWith(beginning: string): readonly KeptTrace[] {
    return [...this.#byId.values()].filter(({ traceId }) => traceId.startsWith(beginning));
  }

  /** Those that changed after a change, newest change first. */
  changedAfter(change: number): readonly KeptTrace[] {
    return [...this.#byId.values()].filter((trace) => trace.change > change).reverse();
  }

  #addSpan({ traceId, bytes, place }: SpanHead, owner: Owner): void {
    const trace = this.#traceThatChanges(traceId);
    if (trace.spans.length >= MOST_SPANS) {
      this.dropped += 1;
      return;
    }
    const packed = pack(bytes, place.from, place.to);
    this.owners.use(owner);
    trace.spans.push({ packed, owner });
    trace.bytes += SPAN + packed.length;
    this.#bytes += SPAN + packed.length;
    this.#spans += 1;
  }

  #traceThatChanges(id: Packed): KeptTrace {
    const known = this.#byId.get(id);
    // Once a request is enough.
    if (known?.change === this.#change) return known;
    const trace = known ?? newTrace(id);
    if (known === undefined) this.#bytes += TRACE;
    trace.change = this.#change;
    this.#byId.delete(id);
    this.#byId.set(id, trace);
    return trace;
  }

  #makeRoom(): void {
    const oldest = this.#byId.entries();
    while (this.#byId.size > this.limits.count || this.bytes > this.limits.bytes) {
      const [id, trace] = oldest.next().value ?? [];
      if (id === undefined || trace === undefined) return;
      this.#byId.delete(id);
      this.#bytes -= trace.bytes;
      this.#spans -= trace.spans.length;
      this.dropped += trace.spans.length;
      for (const { owner } of trace.spans) this.owners.release(owner);
    }
  }
}

/** What a trace and a span take in the heap, without the span's bytes. */
const TRACE = 400;
const SPAN = 140;

const newTrace = (id: Packed): KeptTrace => ({
  traceId: unpack(id).toString('hex'),
  spans: [],
  bytes: TRACE,
  change: 0,
});
