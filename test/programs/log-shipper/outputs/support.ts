import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { newOutput } from '../../../../src/programs/log-shipper/outputs/new-output.ts';
import type { HttpTarget, OutputOptions } from '../../../../src/programs/log-shipper/outputs/options.ts';
import type {
  Delivery,
  LogBatch,
  LogEntry,
  LogSource,
  Output,
} from '../../../../src/programs/log-shipper/outputs/output.ts';

export const SOURCE: LogSource = { fields: { 'service.name': 'web', process: 'web', file: '/logs/web.log' } };

/** An entry that says `line N`. */
export const entry = (number: number, changes: Partial<LogEntry> = {}): LogEntry => ({
  ...{ source: SOURCE, offset: number * 10, time: Date.UTC(2026, 0, 2, 3, 4, 5, 678) },
  ...{ body: `line ${number}`, severity: 0, parsed: null, ...changes },
});

export const entries = (count: number): readonly LogEntry[] =>
  Array.from({ length: count }, (_, index) => entry(index));

export const opened = async (options: OutputOptions): Promise<Output> => {
  const output = await newOutput(options);
  onTestFinished(() => output.close());
  return output;
};

const batches = new WeakMap<readonly LogEntry[], LogBatch>();

/** Lines that are nothing but these objects: the same batch for the same list. */
export const batchOf = (all: readonly LogEntry[]): LogBatch => {
  const at = (index: number): LogEntry => all[index] ?? entry(index);
  const known = batches.get(all) ?? {
    length: all.length,
    bytes: Buffer.alloc(0),
    stretches: [{ source: SOURCE, time: 0, first: 0, end: all.length, parser: null }],
    ...{ offset: () => 0, textStart: () => 0, textEnd: () => 0 },
    ...{ entry: at, only: (indexes) => batchOf(indexes.map(at)) },
  };
  batches.set(all, known);
  return known;
};

export const deliver = (output: Output, batch: readonly LogEntry[]): Promise<Delivery> =>
  output.deliver(batchOf(batch), new AbortController().signal);

/** An HTTP server of the test, by its URL. */
export const serve = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const bodyOf = (request: IncomingMessage): Promise<Buffer> => buffer(request);

export const target = (url: string, changes: Partial<HttpTarget> = {}): HttpTarget => ({
  ...{ name: 'out', url, headers: {}, gzip: false, tls: null, timeout: 10_000 },
  ...changes,
});
