import type { Failure } from '../policies/retry.ts';
import { isGrpc } from '../routing/grpc.ts';
import { newSpanId } from '../routing/ids.ts';
import { headerIn } from '../routing/raw-headers.ts';
import type { ServerFacts, TracedRequest, TryFacts } from './span-facts.ts';
import { traceparentOf } from './trace-context.ts';

/** Where a request is in its trace. */
export interface TracePlace {
  readonly traceId: string;
  readonly parentId: string | null;
  readonly traceState: string | null;
}

interface Beginning {
  readonly headers: readonly string[];
  /** On the clock that never goes back, as all times here. */
  readonly steady: number;
  /** The time of day of a time on it. */
  readonly toWall: (steady: number) => number;
}

type Try = Omit<TryFacts, 'spanId' | 'resends' | 'end' | 'status' | 'grpcStatus' | 'failure'>;
type Request = Omit<ServerFacts, 'spanId' | 'parentId' | 'start' | 'end' | 'status' | 'grpcStatus'>;

/** The spans of one sampled request: one for the request, and one for each try. */
export class RequestTrace {
  readonly #place: TracePlace;
  readonly #toWall: (steady: number) => number;
  readonly #start: number;
  readonly #isGrpc: boolean;
  readonly #record: (request: TracedRequest) => void;
  readonly #spanId = newSpanId();
  readonly #tries: TryFacts[] = [];
  /** Of the try that is under way, or of the next one. */
  #tryId = newSpanId();
  #open: Try | null = null;
  #status = 0;
  #grpcStatus: string | null = null;

  constructor(
    place: TracePlace,
    { headers, steady, toWall }: Beginning,
    record: (request: TracedRequest) => void,
  ) {
    this.#place = place;
    this.#toWall = toWall;
    this.#start = toWall(steady);
    this.#isGrpc = isGrpc(headers);
    this.#record = record;
  }

  /** What the next try tells its endpoint. */
  get traceparent(): string {
    return traceparentOf(this.#place.traceId, this.#tryId, true);
  }

  startTry(facts: Try): void {
    this.#open = { ...facts, start: this.#toWall(facts.start) };
    this.#status = 0;
    this.#grpcStatus = null;
  }

  /** Headers or trailers of a response of an endpoint or of the proxy's own. gRPC's status may be in either. */
  responded(status: number, headers: readonly string[]): void {
    this.#status = status;
    if (this.#isGrpc) this.#grpcStatus = headerIn(headers, 'grpc-status') ?? this.#grpcStatus;
  }

  /** Ends the try that is under way, if there is one. */
  endTry(end: number, failure: Failure | 'canceled' | null): void {
    if (this.#open === null) return;
    this.#tries.push({
      ...this.#open,
      ...{ spanId: this.#tryId, resends: this.#tries.length, end: this.#toWall(end), failure },
      ...{ status: this.#status, grpcStatus: this.#grpcStatus },
    });
    this.#open = null;
    this.#tryId = newSpanId();
  }

  finish(end: number, request: Request): void {
    const { traceId, parentId, traceState } = this.#place;
    this.#record({
      ...{ traceId, traceState, isGrpc: this.#isGrpc, tries: this.#tries },
      server: {
        ...request,
        ...{ spanId: this.#spanId, parentId, start: this.#start, end: this.#toWall(end) },
        ...{ status: this.#status, grpcStatus: this.#grpcStatus },
      },
    });
  }
}
