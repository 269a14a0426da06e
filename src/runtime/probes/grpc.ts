import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import type { Finding, GrpcCause } from '../../model/finding.ts';
import type { ProbeTarget } from '../../model/pod-spec.ts';
import { type ActionResult, failed, passed, thrown } from '../actions/action-result.ts';
import { type Peer, peerOf } from '../ports/answering.ts';
import { readHealthStatus, writeHealthRequest } from './grpc-health-messages.ts';
import { unlessStranger, type WhoElse } from './who-else.ts';

type GrpcTarget = Extract<ProbeTarget, { kind: 'grpc' }>;

const CHECK = '/grpc.health.v1.Health/Check';
/** Far more than a health status takes. */
const MOST_BYTES = 64 * 1024;

/** Names by number, from https://grpc.io/docs/guides/status-codes/. */
const STATUSES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

/** gRPC's own mapping from HTTP, for an answer without a gRPC status. */
const STATUS_OF_HTTP: Readonly<Record<number, string>> = {
  400: 'INTERNAL',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

interface Answer {
  readonly headers: IncomingHttpHeaders;
  /** Empty if the server sent a status and nothing else. */
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Succeeds when the standard health service answers SERVING for `service` (empty: for the whole server). The connection
 * has no TLS, and is destroyed when the attempt ends or is aborted.
 *
 * @example
 * await attemptGrpc({ kind: 'grpc', host: '127.0.0.1', port: 50_051, service: '' }, signal, anybody);
 * // { ok: true, … }
 */
export const attemptGrpc = async (
  { host, port, service }: GrpcTarget,
  signal: AbortSignal,
  whoElse: WhoElse,
): Promise<ActionResult> => {
  // Loaded late: few pods have such a probe.
  const { connect } = await import('node:http2');
  if (signal.aborted) return failed({ kind: 'aborted' });
  const session = connect(`http://${host.includes(':') ? `[${host}]` : host}:${port}`);
  const destroy = (): void => session.destroy();
  signal.addEventListener('abort', destroy, { once: true });
  try {
    const { answer, peer } = await ask(session, service);
    const { ok, finding } = 'kind' in answer ? failed(unavailable(answer)) : verdict(answer);
    return ok ? await unlessStranger(passed(finding), peer, whoElse) : failed(finding);
  } finally {
    signal.removeEventListener('abort', destroy);
    destroy();
  }
};

/** Resolves with the answer, or with the reason why there is none. */
const ask = (
  session: ClientHttp2Session,
  service: string,
): Promise<{ readonly answer: Answer | GrpcCause; readonly peer: Peer | null }> =>
  new Promise((resolve) => {
    let peer: Peer | null = null;
    const settle = (answer: Answer | GrpcCause): void => resolve({ answer, peer });
    session.on('connect', (_, socket) => {
      peer = peerOf(socket);
    });
    session.on('error', (error) => settle(thrown(error)));
    session.on('close', () => settle({ kind: 'connection-closed' }));
    const stream = session.request({
      ':method': 'POST',
      ':path': CHECK,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end(framed(writeHealthRequest(service)));
    answerOn(stream, settle);
  });

const answerOn = (stream: ClientHttp2Stream, settle: (answer: Answer | GrpcCause) => void): void => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let headers: IncomingHttpHeaders = {};
  let trailers: IncomingHttpHeaders = {};
  stream.on('response', (received) => {
    headers = received;
  });
  stream.on('trailers', (received) => {
    trailers = received;
  });
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes <= MOST_BYTES) return;
    settle({ kind: 'answer-too-long', limit: MOST_BYTES });
    stream.destroy();
  });
  stream.on('error', (error) => settle(thrown(error)));
  stream.on('end', () => settle({ headers, trailers, body: Buffer.concat(chunks) }));
};

const unavailable = (because: GrpcCause): Finding => ({ kind: 'grpc', status: 'UNAVAILABLE', because });

/** Frame of a message: a flag for compression (off), its length, and its bytes. */
const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** Judges by the health status, or by the gRPC status. */
const verdict = ({ headers, trailers, body }: Answer): ActionResult => {
  const status = trailers['grpc-status'] === undefined ? headers : trailers;
  const code = status['grpc-status'];
  if (code === undefined) return failed(withoutStatus(Number(headers[':status'])));
  if (code !== '0') return failed(withStatus(String(code), messageIn(status)));
  const isWhole = body.length >= 5 && body[0] === 0 && body.length === body.readUInt32BE(1) + 5;
  const health = isWhole ? readHealthStatus(body.subarray(5)) : null;
  if (health === null)
    return failed({ kind: 'grpc', status: 'INTERNAL', because: { kind: 'no-health-status' } });
  return { ok: health === 'SERVING', finding: { kind: 'said', text: health } };
};

const withStatus = (code: string, message: string): Finding => ({
  kind: 'grpc',
  status: STATUSES[Number(code)] ?? code,
  because: { kind: 'said', text: message },
});

const withoutStatus = (httpStatus: number): Finding => ({
  kind: 'grpc',
  status: STATUS_OF_HTTP[httpStatus] ?? 'UNKNOWN',
  because: { kind: 'no-grpc-status', httpStatus },
});

/** The message is percent-encoded. */
const messageIn = ({ 'grpc-message': message = '' }: IncomingHttpHeaders): string => {
  try {
    return decodeURIComponent(String(message));
  } catch {
    return String(message);
  }
};
