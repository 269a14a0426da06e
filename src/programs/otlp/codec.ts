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

/** The libraries are loaded by the first body: a program that gets none does not pay for them. */
const readerOf = async (encoding: Encoding) =>
  encoding === 'json'
    ? (await import('./json/read-json.ts')).readJson
    : (await import('./wire/read-bytes.ts')).readBytes;

const written = async (name: MessageName, message: object, encoding: Encoding): Promise<Buffer> => {
  if (encoding === 'json') return Buffer.from((await import('./json/write-json.ts')).writeJson(message));
  const bytes = (await import('./wire/write-bytes.ts')).writeBytes(name, message);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

/** Reads the body of a request. Throws `MalformedBody`, which names the field that cannot be read. */
export const decode = async <Sent extends Signal>(
  signal: Sent,
  bytes: Uint8Array,
  encoding: Encoding,
): Promise<Requests[Sent]> => {
  const read = await readerOf(encoding);
  return read(`Export${SERVICES[signal]}ServiceRequest`, bytes) as unknown as Requests[Sent];
};

/** The body of a request. */
export const encode = <Sent extends Signal>(
  signal: Sent,
  request: Requests[Sent],
  encoding: Encoding,
): Promise<Buffer> => written(`Export${SERVICES[signal]}ServiceRequest`, request, encoding);

const SERVICES = { traces: 'Trace', metrics: 'Metrics', logs: 'Logs' } as const;
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
  const read = await readerOf(encoding);
  const { partialSuccess } = read(`Export${SERVICES[signal]}ServiceResponse`, bytes) as {
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
  const bytes = new BinaryWriter().tag(2, WireType.LengthDelimited).string(message).finish();
  return Buffer.from(bytes);
};
