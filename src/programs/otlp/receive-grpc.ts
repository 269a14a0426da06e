import { createServer } from 'node:net';
import type { Server, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { encodeResponse } from './codec.ts';
import { MalformedBody } from './malformed-body.ts';
import type { Signal } from './messages.ts';
import { maxBytesOf, type ReceiverOptions, type RunningReceiver } from './receiver.ts';

const SERVICES: Readonly<Record<Signal, string>> = {
  traces: 'opentelemetry.proto.collector.trace.v1.TraceService',
  metrics: 'opentelemetry.proto.collector.metrics.v1.MetricsService',
  logs: 'opentelemetry.proto.collector.logs.v1.LogsService',
};

/** A connection has so many calls at a time at most. */
const MOST_CALLS = 100;

type Library = typeof import('@grpc/grpc-js');

/** Connections of a server at most, of which each has its calls. */
const MOST_CONNECTIONS = 200;

/** Serves OTLP over gRPC at an address, without TLS. The library, which takes 17 MB of memory, is loaded by the first connection. */
export const serveOtlpGrpc = async (
  at: { readonly host: string; readonly port: number },
  options: ReceiverOptions,
): Promise<RunningReceiver> => {
  let library: Promise<Injected> | undefined;
  const server = createServer((socket) => {
    // Until the library listens to it, an error of the connection would end the process.
    socket.on('error', () => socket.destroy());
    library ??= loaded(options);
    library.then(({ injector }) => injector.injectConnection(socket)).catch(() => socket.destroy());
  });
  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  return {
    close: async () => {
      server.close();
      const grpc = await library;
      if (grpc !== undefined) await new Promise<void>((resolve) => grpc.server.tryShutdown(() => resolve()));
    },
  };
};

interface Injected {
  readonly server: Server;
  readonly injector: ReturnType<Server['createConnectionInjector']>;
}

const loaded = async (options: ReceiverOptions): Promise<Injected> => {
  const grpc = await import('@grpc/grpc-js');
  const server = new grpc.Server({
    'grpc.max_receive_message_length': maxBytesOf(options),
    'grpc.max_concurrent_streams': MOST_CALLS,
  });
  for (const signal of ['traces', 'metrics', 'logs'] as const) addService(server, signal, options, grpc);
  return { server, injector: server.createConnectionInjector(grpc.ServerCredentials.createInsecure()) };
};

const asIs = (bytes: Buffer): Buffer => bytes;

const addService = (server: Server, signal: Signal, options: ReceiverOptions, grpc: Library): void => {
  const method = {
    path: `/${SERVICES[signal]}/Export`,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  } as const;
  const handler = (call: ServerUnaryCall<Buffer, Buffer>, done: sendUnaryData<Buffer>): void => {
    receive(signal, call.request, options, grpc.status).then(
      (answer) => (Buffer.isBuffer(answer) ? done(null, answer) : done(answer)),
      (error: Error) => done({ code: grpc.status.INTERNAL, details: error.message }),
    );
  };
  server.addService({ Export: method }, { Export: handler });
};

interface Failure {
  readonly code: number;
  readonly details: string;
}

const receive = async (
  signal: Signal,
  bytes: Buffer,
  { take, refused }: ReceiverOptions,
  status: Library['status'],
): Promise<Buffer | Failure> => {
  try {
    const taken = await take(signal, bytes, 'protobuf');
    if (taken.kind === 'taken') return await encodeResponse(signal, taken.partial, 'protobuf');
    refused?.(signal, 'full');
    // Senders send again later.
    return { code: status.UNAVAILABLE, details: 'There is no room now.' };
  } catch (error) {
    if (!(error instanceof MalformedBody)) throw error;
    refused?.(signal, 'malformed');
    return { code: status.INVALID_ARGUMENT, details: error.message };
  }
};
