import { createReadStream } from 'node:fs';
import { plainBytes } from '../../otlp/codec.ts';
import type { Signal } from '../../otlp/messages.ts';
import { olderPath } from './journal.ts';

/** A line has no more bytes: a body has 4 MiB, and JSON needs up to three times as many. */
const LONGEST_LINE = 64 * 1024 * 1024;

const SIGNAL_OF = {
  resourceSpans: 'traces',
  resourceLogs: 'logs',
  resourceMetrics: 'metrics',
} as const satisfies Record<string, Signal>;

export interface ReadBack {
  readonly lines: number;
  /** Lines that are no request of OTLP. */
  readonly malformed: number;
}

/** Reads what a journal has, oldest first, into `take`, as plain bytes of protobuf. */
export const readBack = async (
  path: string,
  take: (signal: Signal, request: Buffer) => Promise<unknown>,
): Promise<ReadBack> => {
  let [lines, malformed] = [0, 0];
  for (const file of [olderPath(path), path])
    for await (const line of linesOf(file)) {
      lines += 1;
      const signal = signalOf(line);
      const request = signal === null ? null : await plainBytes(signal, line, 'json').catch(() => null);
      if (signal === null || request === null) malformed += 1;
      else await take(signal, request);
    }
  return { lines, malformed };
};

/** Every line begins with the only field of its request. */
const signalOf = (line: Buffer): Signal | null => {
  const [, field] = /^\{"(\w+)"/.exec(line.toString('latin1', 0, 32)) ?? [];
  return SIGNAL_OF[field as keyof typeof SIGNAL_OF] ?? null;
};

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, from)) {
        yield Buffer.concat([...parts, piece.subarray(from, end)]);
        [parts, bytes, from] = [[], 0, end + 1];
      }
      bytes += piece.length - from;
      // The rest of a line that is too long is no request.
      if (bytes <= LONGEST_LINE) parts.push(piece.subarray(from));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  // A last line without a line break was never acknowledged.
}
