import type { Client, ServiceError } from '@grpc/grpc-js';
import type { Reader, Writer } from 'protobufjs';
import type { ProbeTarget } from '../../core/pod-spec.ts';
import type { Peer } from '../ports/answering.ts';
import { dropOnAbort } from './grpc-cut-off.ts';
import { failed, type ProbeAttempt, passedBy, type WhoElse } from './probe-attempt.ts';

type GrpcTarget = Extract<ProbeTarget, { kind: 'grpc' }>;

const CHECK = '/grpc.health.v1.Health/Check';
/** By number, as `HealthCheckResponse.ServingStatus` has them. */
const SERVING_STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

const CHANNEL_OPTIONS = {
  // The pool shared by default keeps a failed address in back-off (1 s and more) and the connection for 10 s.
  'grpc.use_local_subchannel_pool': 1,
  // Proxies from the environment are for the world outside, not for a process of this pod.
  'grpc.enable_http_proxy': 0,
  'grpc.enable_retries': 0,
};

/**
 * Success: the standard health service answers SERVING for `service` (empty: for the server as a whole). Without TLS.
 *
 * The two messages are written and read with protobuf's plain reader and writer, some 10 ms to load; a schema would
 * have to be compiled at run time by @grpc/proto-loader, some 35 ms, and as a file it would not survive bundling.
 */
export const attemptGrpc = async (
  { host, port, service }: GrpcTarget,
  signal: AbortSignal,
  whoElse: WhoElse,
): Promise<ProbeAttempt> => {
  const [grpc, { default: protobuf }] = await Promise.all([
    import('@grpc/grpc-js'),
    import('protobufjs/minimal.js'),
  ]);
  if (signal.aborted) return failed('aborted');
  const { Writer, Reader } = protobuf;
  const credentials = dropOnAbort(grpc.credentials.createInsecure(), signal);
  const client = new grpc.Client(addressOf(host, port), credentials, CHANNEL_OPTIONS);
  try {
    const request = writeRequest(Writer.create(), service);
    const { answer, peer } = await check(
      client,
      request,
      (bytes) => readStatus(Reader.create(bytes)),
      signal,
    );
    if (answer instanceof Error) return failed(`${grpc.status[answer.code]}: ${answer.details}`);
    return answer === 'SERVING' ? await passedBy(answer, peer, whoElse) : failed(answer);
  } finally {
    client.close();
  }
};

const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const check = (
  client: Client,
  request: Buffer,
  read: (bytes: Buffer) => string,
  signal: AbortSignal,
): Promise<{ readonly answer: ServiceError | string; readonly peer: Peer | null }> =>
  new Promise((resolve) => {
    const call = client.makeUnaryRequest(
      CHECK,
      (bytes: Buffer) => bytes,
      read,
      request,
      (error, status) => resolve({ answer: error ?? status ?? 'UNKNOWN', peer: readPeer(call.getPeer()) }),
    );
    signal.addEventListener('abort', () => call.cancel(), { once: true });
  });

/** `127.0.0.1:50051`, `[::1]:50051`; of a call that never had a connection the name that was asked for. */
const readPeer = (text: string): Peer | null => {
  const [, address, port] = /^\[?([^\]]+)\]?:(\d+)$/.exec(text) ?? [];
  return address === undefined ? null : { address, port: Number(port) };
};

/** `message HealthCheckRequest { string service = 1; }`: field 1, length-delimited. */
const writeRequest = (writer: Writer, service: string): Buffer =>
  Buffer.from(
    writer
      .uint32((1 << 3) | 2)
      .string(service)
      .finish(),
  );

/** `message HealthCheckResponse { ServingStatus status = 1; }`: field 1, a number; 0 is left out by the sender. */
const readStatus = (reader: Reader): string => {
  let status = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 1 << 3) status = reader.int32();
    else reader.skipType(tag & 7);
  }
  return SERVING_STATUS[status] ?? `serving status ${status}`;
};
