import {
  Client,
  credentials,
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServiceError,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';

const asIs = (value: Buffer): Buffer => value;

const methodOf = (name: string, requestStream: boolean, responseStream: boolean) => ({
  ...{ path: pathOf(name), requestStream, responseStream },
  ...{ requestSerialize: asIs, requestDeserialize: asIs, responseSerialize: asIs, responseDeserialize: asIs },
});

const pathOf = (name: string): string => `/test.Kinds/${name}`;

const SERVICE = {
  Unary: methodOf('Unary', false, false),
  Fails: methodOf('Fails', false, false),
  Many: methodOf('Many', false, true),
  Sums: methodOf('Sums', true, false),
  Chats: methodOf('Chats', true, true),
  Waits: methodOf('Waits', false, true),
};

/** A server of each kind of call, by the library that most use. */
export class GrpcServer {
  readonly port: number;
  readonly #server: Server;
  /** Resolves when a call of `Waits` has been given up. */
  readonly cancelled: Promise<void>;

  private constructor(server: Server, port: number, cancelled: Promise<void>) {
    this.#server = server;
    this.port = port;
    this.cancelled = cancelled;
  }

  static async start(): Promise<GrpcServer> {
    const server = new Server();
    const { promise, resolve } = Promise.withResolvers<void>();
    server.addService(SERVICE, implementationOf(resolve));
    const port = await new Promise<number>((bound, failed) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, at) =>
        error === null ? bound(at) : failed(error),
      ),
    );
    return new GrpcServer(server, port, promise);
  }

  stop(): void {
    this.#server.forceShutdown();
  }
}

const unaryAnswer: handleUnaryCall<Buffer, Buffer> = ({ request, metadata }, reply) => {
  const trailers = new Metadata();
  trailers.set('x-sum', String(metadata.get('x-asked')[0]));
  reply(null, request, trailers);
};

/** Without a message the answer is nothing but trailers. */
const failure: handleUnaryCall<Buffer, Buffer> = (_, reply) =>
  reply({ code: status.NOT_FOUND, details: 'no such thing' });

const hundredMessages: handleServerStreamingCall<Buffer, Buffer> = (call) => {
  for (let count = 0; count < 100; count++) call.write(Buffer.from(String(count)));
  call.end();
};

const bytesReceived: handleClientStreamingCall<Buffer, Buffer> = (call, reply) => {
  let bytes = 0;
  call.on('data', (data: Buffer) => (bytes += data.length));
  call.on('end', () => reply(null, Buffer.from(String(bytes))));
};

const answerEach: handleBidiStreamingCall<Buffer, Buffer> = (call) => {
  call.on('data', (data: Buffer) => call.write(Buffer.from(`${data}!`)));
  call.on('end', () => call.end());
};

const implementationOf = (cancelled: () => void): UntypedServiceImplementation => {
  const neverEnding: handleServerStreamingCall<Buffer, Buffer> = (call) => {
    call.write(Buffer.from('begun'));
    call.on('cancelled', cancelled);
  };
  return {
    ...{ Unary: unaryAnswer, Fails: failure, Many: hundredMessages },
    ...{ Sums: bytesReceived, Chats: answerEach, Waits: neverEnding },
  };
};

/** One kind of call of gRPC. */
export interface GrpcKind {
  readonly name: string;
  /** What happens with a proxy that does it right. */
  readonly expected: string;
  readonly run: (client: Client, server: GrpcServer) => Promise<string>;
}

/** The answer and its trailers, or the code of the error. */
const unary = async (client: Client, name: string, metadata = new Metadata()): Promise<string> => {
  const { promise: answer, resolve } = Promise.withResolvers<string>();
  const call = client.makeUnaryRequest(
    ...([pathOf(name), asIs, asIs, Buffer.from('hello'), metadata] as const),
    (error, value) => resolve(error === null ? String(value) : codeOf(error)),
  );
  const { promise: trailers, resolve: ended } = Promise.withResolvers<string>();
  call.on('status', ({ metadata: end }) => ended(end.get('x-sum').join()));
  return [await answer, await trailers].filter((text) => text !== '').join(' ');
};

const codeOf = ({ code, details }: ServiceError): string => `${status[code]}: ${details}`;

export const GRPC_KINDS: readonly GrpcKind[] = [
  {
    name: 'a call with trailers',
    expected: 'hello 7',
    run: (client) => {
      const metadata = new Metadata();
      metadata.set('x-asked', '7');
      return unary(client, 'Unary', metadata);
    },
  },
  {
    name: 'an error, which is trailers alone',
    expected: 'NOT_FOUND: no such thing',
    run: (client) => unary(client, 'Fails'),
  },
  {
    name: 'a method that is not there',
    expected: 'UNIMPLEMENTED',
    run: async (client) => (await unary(client, 'Other')).split(':')[0] ?? '',
  },
  {
    name: 'a stream of the server',
    expected: '100 messages',
    run: async (client) => {
      const call = client.makeServerStreamRequest(pathOf('Many'), asIs, asIs, Buffer.from(''));
      const messages: Buffer[] = [];
      for await (const message of call) messages.push(message);
      return `${messages.length} messages`;
    },
  },
  {
    name: 'a stream of the client',
    expected: '1000 bytes',
    run: (client) => {
      const { promise, resolve } = Promise.withResolvers<string>();
      const call = client.makeClientStreamRequest(pathOf('Sums'), asIs, asIs, (error, value) =>
        resolve(error === null ? `${value} bytes` : codeOf(error)),
      );
      for (let count = 0; count < 100; count++) call.write(Buffer.alloc(10));
      call.end();
      return promise;
    },
  },
  {
    name: 'streams both ways, one answer at a time',
    expected: '0! 1! 2!',
    run: async (client) => {
      const call = client.makeBidiStreamRequest(pathOf('Chats'), asIs, asIs);
      const answers: string[] = [];
      call.write(Buffer.from('0'));
      for await (const answer of call) {
        answers.push(String(answer));
        if (answers.length < 3) call.write(Buffer.from(String(answers.length)));
        else call.end();
      }
      return answers.join(' ');
    },
  },
  {
    name: 'a call that is given up',
    expected: 'the server is told',
    run: async (client, server) => {
      const call = client.makeServerStreamRequest(pathOf('Waits'), asIs, asIs, Buffer.from(''));
      call.on('error', () => undefined);
      call.once('data', () => call.cancel());
      const late = new Promise((resolve) => setTimeout(resolve, 5_000).unref());
      const first = await Promise.race([server.cancelled.then(() => 'told'), late]);
      return first === 'told' ? 'the server is told' : 'the server is not told';
    },
  },
  {
    name: 'a deadline',
    expected: 'DEADLINE_EXCEEDED',
    run: async (client) => {
      const call = client.makeServerStreamRequest(
        ...([pathOf('Waits'), asIs, asIs, Buffer.from('')] as const),
        { deadline: Date.now() + 300 },
      );
      const error = await new Promise<ServiceError>((resolve) => call.once('error', resolve).resume());
      return codeOf(error).split(':')[0] ?? '';
    },
  },
];

/** Runs each kind over one connection to a port. */
export const runKinds = async (port: number, server: GrpcServer): Promise<ReadonlyMap<string, string>> => {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  const outcomes = new Map<string, string>();
  try {
    for (const { name, run } of GRPC_KINDS)
      outcomes.set(name, await run(client, server).catch((error: Error) => error.message));
    return outcomes;
  } finally {
    client.close();
  }
};
