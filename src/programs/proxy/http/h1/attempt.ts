import type { Dispatcher } from 'undici';
import { endToEnd } from '../../routing/hop-by-hop.ts';
import type { Attempt, AttemptFailure, RawHeaders, ResponseSink, UpstreamRequest } from '../upstream.ts';
import { ConnectTimeout } from './connect-timeout.ts';
import { expectationAt } from './expectation.ts';
import type { Lane } from './lane.ts';

/** By RFC 9110 they do the same when they are done twice. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE', 'QUERY', 'PROPFIND']);

/** Codes of undici for a response that is no HTTP, or too large. */
const MALFORMED =
  /^(?:HPE_|UND_ERR_(?:HEADERS_OVERFLOW|RES_CONTENT_LENGTH_MISMATCH|REQ_CONTENT_LENGTH_MISMATCH|INVALID_ARG|NOT_SUPPORTED)$)/;

interface Outcome {
  /** The connection was idle for too long: the endpoint has closed it before it saw the request. */
  readonly onStale: (attempt: H1Attempt) => void;
  readonly onDone: (lane: Lane, isReusable: boolean) => void;
}

/** One request on its way to an endpoint, and back. */
export class H1Attempt implements Attempt, Dispatcher.DispatchHandler {
  readonly request: UpstreamRequest;
  readonly #sink: ResponseSink;
  readonly #outcome: Outcome;
  #lane: Lane | null = null;
  #controller: Dispatcher.DispatchController | null = null;
  #isAborted = false;
  #hasHead = false;
  /** It has been sent on a connection that the endpoint was about to close, and is under way again. */
  #isRepeated = false;

  constructor(request: UpstreamRequest, sink: ResponseSink, outcome: Outcome) {
    this.request = request;
    this.#sink = sink;
    this.#outcome = outcome;
  }

  sendOn(lane: Lane): void {
    this.#lane = lane;
    lane.send(this.request, this);
  }

  resume(): void {
    this.#controller?.resume();
  }

  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort(new Error('aborted'));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#isAborted) return controller.abort(new Error('aborted'));
    this.#sink.onConnected();
    // undici waits for no 100 of the endpoint, which reads the body when it likes.
    if (expectationAt(this.request.headers) !== -1) this.#sink.onInformation(100, []);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#isAborted) return;
    const headers = endToEnd(textsOf(controller.rawHeaders));
    if (status < 200) return this.#sink.onInformation(status, headers);
    this.#hasHead = true;
    this.#sink.onHead(status, headers, this.#isWhole(status, headers));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isAborted && !this.#sink.onData(chunk)) controller.pause();
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#free(true);
    if (!this.#isAborted) this.#sink.onEnd(endToEnd(textsOf(controller.rawTrailers)));
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: Error): void {
    const isStale = this.#isStale(error);
    this.#free(false);
    if (this.#isAborted) return;
    if (!isStale) return this.#sink.onFailure(this.#failureOf(error), error);
    this.#isRepeated = true;
    this.#controller = null;
    this.#outcome.onStale(this);
  }

  #free(isReusable: boolean): void {
    if (this.#lane !== null) this.#outcome.onDone(this.#lane, isReusable);
    this.#lane = null;
  }

  #isWhole(status: number, headers: RawHeaders): boolean {
    if (status === 204 || status === 304 || this.request.method === 'HEAD') return true;
    for (let at = 0; at < headers.length; at += 2)
      if (headers[at + 1] === '0' && headers[at]?.toLowerCase() === 'content-length') return true;
    return false;
  }

  /** Whether nothing is lost and nothing is done twice when it is sent again. */
  #isStale(error: Error): boolean {
    if (this.#lane?.wasUsed !== true || this.#hasHead || this.#isRepeated || isMalformed(error)) return false;
    return IDEMPOTENT.has(this.request.method) && this.#isOnePiece;
  }

  get #isOnePiece(): boolean {
    const { body } = this.request;
    return body === null || Buffer.isBuffer(body);
  }

  #failureOf(error: Error): AttemptFailure {
    if (this.#hasHead) return 'broken';
    if (isMalformed(error)) return 'protocol-error';
    if (this.#controller === null)
      return error instanceof ConnectTimeout ? 'connect-timeout' : 'connect-failure';
    // The kernel refuses with this what it has not sent. Of a stream, a part may have been sent before.
    return this.#isOnePiece && codeOf(error) === 'EPIPE' ? 'reset-before-request' : 'reset';
  }
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? '';

/** What its parser refuses has not always a code. */
const isMalformed = (error: Error): boolean =>
  error.name === 'HTTPParserError' || MALFORMED.test(codeOf(error));

/** The bytes of headers, as Node reads them everywhere else. */
const textsOf = (headers: Dispatcher.DispatchController['rawHeaders']): RawHeaders => {
  const bytes = (headers ?? []) as Buffer[];
  const texts = new Array<string>(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) texts[at] = bytes[at]?.toString('latin1') ?? '';
  return texts;
};
