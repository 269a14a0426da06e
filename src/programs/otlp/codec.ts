import { DEEPEST, MalformedBody } from './malformed-body.ts';
import type { LogsRequest, MetricsRequest, Signal, TracesRequest } from './messages.ts';
import type { MessageName } from './wire/messages.ts';

export type Encoding = 'protobuf' | 'json';

/** The requests of OTLP, by what they carry. */
export interface Requests {
  readonly traces: TracesRequest;
  readonly metrics: MetricsRequest;
  readonly logs: LogsRequest;
}

/** What a receiver has not taken of a request, and why. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const SERVICES = { traces: 'Trace', metrics: 'Metrics', logs: 'Logs' } as const;

/** The name of a signal's request among the messages. */
export const requestName = (signal: Signal) => `Export${SERVICES[signal]}ServiceRequest` as const;

/** The libraries are loaded by the first body: a program that gets none does not pay for them. */
const read = async (name: MessageName, bytes: Uint8Array, encoding: Encoding): Promise<object> => {
  const { readBytes } = await import('./wire/read-bytes.ts');
  return readBytes(name, encoding === 'json' ? await ofJson(name, bytes) : bytes);
};

/** A message of JSON as protobuf. */
const ofJson = async (name: MessageName, bytes: Uint8Array): Promise<Buffer> => {
  const { writeBytes } = await import('./wire/write-bytes.ts');
  return bufferOf(writeBytes(name, parsed(bufferOf(bytes).toString()), DEEPEST));
};

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MalformedBody(`the body is no JSON: ${(error as Error).message}`);
  }
};

const written = async (name: MessageName, message: object, encoding: Encoding): Promise<Buffer> => {
  if (encoding === 'json') return Buffer.from((await import('./json/write-json.ts')).writeJson(message));
  return bufferOf((await import('./wire/write-bytes.ts')).writeBytes(name, message));
};

/** Reads the body of a request. Throws `MalformedBody`, which names the field that cannot be read. */
export const decode = async <Sent extends Signal>(
  signal: Sent,
  bytes: Uint8Array,
  encoding: Encoding,
): Promise<Requests[Sent]> => (await read(requestName(signal), bytes, encoding)) as Requests[Sent];

/** The body of a request as plain bytes (`isPlain`): most are as they come. Throws `MalformedBody` where `decode` does. */
export const plainBytes = async (signal: Signal, bytes: Buffer, encoding: Encoding): Promise<Buffer> => {
  const name = requestName(signal);
  if (encoding === 'json') return ofJson(name, bytes);
  const { isPlain } = await import('./wire/plain-bytes.ts');
  return isPlain(name, bytes) ? bytes : written(name, await read(name, bytes, encoding), encoding);
};

/** The body of a request. */
export const encode = <Sent extends Signal>(
  signal: Sent,
  request: Requests[Sent],
  encoding: Encoding,
): Promise<Buffer> => written(requestName(signal), request, encoding);

const REJECTED = {
  traces: 'rejectedSpans',
  metrics: 'rejectedDataPoints',
  logs: 'rejectedLogRecords',
} as const;

/** The body of an answer to a request that was taken: all of it, or with `partial` a part. */
export const encodeResponse = (
  signal: Signal,
  partial: PartialSuccess | null,
  encoding: Encoding,
): Promise<Buffer> => {
  const message =
    partial === null
      ? {}
      : { partialSuccess: { [REJECTED[signal]]: String(partial.rejected), errorMessage: partial.message } };
  return written(`Export${SERVICES[signal]}ServiceResponse`, message, encoding);
};

/** What an answer says was not taken; `null`: everything was. Throws `MalformedBody`. */
export const decodeResponse = async (
  signal: Signal,
  bytes: Uint8Array,
  encoding: Encoding,
): Promise<PartialSuccess | null> => {
  const { partialSuccess } = (await read(`Export${SERVICES[signal]}ServiceResponse`, bytes, encoding)) as {
    readonly partialSuccess?: Readonly<Record<string, string>>;
  };
  const rejected = Number(partialSuccess?.[REJECTED[signal]] ?? 0);
  const message = partialSuccess?.['errorMessage'] ?? '';
  return rejected === 0 && message === '' ? null : { rejected, message };
};

/** The body of an answer to a request that was not taken: google.rpc.Status, whose second field is its message. */
export const encodeStatus = async (message: string, encoding: Encoding): Promise<Buffer> => {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ message }));
  const { BinaryWriter, WireType } = await import('@bufbuild/protobuf/wire');
  return bufferOf(new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish());
};
