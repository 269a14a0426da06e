import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { decodeMultiStream, Encoder, ExtData } from '@msgpack/msgpack';
import type { Transport } from '../batch-output.ts';
import type { ForwardOutputOptions } from '../options.ts';
import type { Outcome } from '../outcome.ts';
import { entriesOf, type LogBatch, type LogEntry } from '../output.ts';
import { OutputConnection } from './connection.ts';

/** Characters of an answer; an acknowledgement has fewer than 100. */
const MOST_OF_AN_ANSWER = 64 * 1024;

/** Entries of one tag, by their numbers in the batch. */
interface Message {
  readonly tag: string;
  readonly indexes: number[];
}

/**
 * Sends messages of Fluentd's forward protocol, one a tag, and waits until each is acknowledged by its chunk.
 * Source: https://github.com/fluent/fluentd/wiki/Forward-Protocol-Specification-v1.
 */
export class ForwardTransport implements Transport {
  readonly #connection: OutputConnection;
  readonly #tag: string | null;
  readonly #encoder = new Encoder();

  constructor(options: ForwardOutputOptions) {
    this.#connection = new OutputConnection(options);
    this.#tag = options.tag;
  }

  async send(batch: LogBatch, signal: AbortSignal): Promise<Outcome> {
    const entries = entriesOf(batch);
    const messages = this.#messagesOf(entries);
    const open = new Set(messages);
    try {
      await this.#connection.use(signal, async (socket) => {
        for (const message of messages) {
          await this.#exchange(socket, message, entries);
          open.delete(message);
        }
      });
      return { kind: 'taken' };
    } catch (error) {
      const why = (error as Error).message;
      const again = [...open].flatMap(({ indexes }) => indexes);
      if (again.length === entries.length) return { kind: 'retry', why };
      return { kind: 'mixed', again: again.toSorted((a, b) => a - b), rejected: [], why };
    }
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  #messagesOf(entries: readonly LogEntry[]): readonly Message[] {
    const messages = new Map<string, Message>();
    for (const [index, { source }] of entries.entries()) {
      const tag = this.#tag ?? source.fields['process'] ?? source.fields['service.name'] ?? 'log';
      const message = messages.get(tag) ?? { tag, indexes: [] };
      messages.set(tag, message);
      message.indexes.push(index);
    }
    return [...messages.values()];
  }

  async #exchange(socket: Socket, { tag, indexes }: Message, entries: readonly LogEntry[]): Promise<void> {
    const chunk = randomUUID();
    const events = indexes.flatMap((index) => {
      const entry = entries[index];
      return entry === undefined ? [] : [[eventTime(entry.time), recordOf(entry)]];
    });
    const answer = answerFrom(socket);
    socket.write(this.#encoder.encode([tag, events, { chunk, size: events.length }]));
    const { ack } = Object(await answer) as { readonly ack?: unknown };
    if (ack !== chunk) throw new Error('the server has acknowledged something else');
  }
}

/** Seconds and nanoseconds, as two numbers of 32 bits. */
const eventTime = (time: number): ExtData => {
  const data = new Uint8Array(8);
  const view = new DataView(data.buffer);
  const seconds = Math.floor(time / 1000);
  view.setUint32(0, seconds);
  view.setUint32(4, Math.round((time - seconds * 1000) * 1e6));
  return new ExtData(0, data);
};

const recordOf = ({ body, severity, offset, source, parsed }: LogEntry): object => ({
  message: body,
  ...(severity > 0 ? { severity } : {}),
  ...parsed,
  offset,
  ...source.fields,
});

/** The next value that the server says. */
const answerFrom = async (socket: Socket): Promise<unknown> => {
  for await (const value of decodeMultiStream(limited(socket))) return value;
  throw new Error('the server has closed the connection');
};

async function* limited(socket: Socket): AsyncIterable<Buffer> {
  let bytes = 0;
  for await (const part of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_OF_AN_ANSWER) throw new Error('its answer is too long');
    yield part;
  }
}
