import type { Attempt, ResponseSink, UpstreamRequest } from '../upstream.ts';

/** What an attempt needs of its connection. */
interface Carrier {
  readonly resume: () => void;
  readonly abort: () => void;
}

/** By RFC 9110 they do the same when they are done twice. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND']);

/** One request on its way to an endpoint, and back. */
export class H1Attempt implements Attempt {
  readonly request: UpstreamRequest;
  readonly sink: ResponseSink;
  /** `null`: none is open for it yet. */
  connection: Carrier | null = null;
  isAborted = false;
  hasHead = false;
  /** It has been sent on a connection that the endpoint was about to close, and is under way again. */
  isRepeated = false;

  constructor(request: UpstreamRequest, sink: ResponseSink) {
    this.request = request;
    this.sink = sink;
  }

  get isIdempotent(): boolean {
    return IDEMPOTENT.has(this.request.method);
  }

  /** Whether nothing is lost and nothing is done twice when it is sent again. */
  get isRepeatable(): boolean {
    const { body } = this.request;
    return !this.isRepeated && this.isIdempotent && (body === null || Buffer.isBuffer(body));
  }

  resume(): void {
    this.connection?.resume();
  }

  abort(): void {
    this.isAborted = true;
    // A connection that is still being opened serves the next request.
    this.connection?.abort();
    this.connection = null;
  }
}
