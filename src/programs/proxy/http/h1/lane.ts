import type { OnReadOpts, Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import Client from 'undici/lib/dispatcher/client.js';
import { type DialOptions, dial } from '../../streams/dial.ts';
import type { RawHeaders, UpstreamRequest } from '../upstream.ts';
import { ConnectTimeout } from './connect-timeout.ts';
import { expectationAt } from './expectation.ts';

export interface LaneSettings extends DialOptions {
  /** Bytes of the headers of a response. */
  readonly mostOfHead: number;
}

/** An idle connection is closed after this time. Most servers close it sooner. */
const IDLE_FOR = 60_000;

/** The requests have a `Host` of their own, and connections are opened by `dial`. */
const ORIGIN = 'http://endpoint';

/** One connection to an endpoint, with one request at a time. */
export class Lane {
  /** Whether the connection that is open has carried a request before. */
  wasUsed = false;
  isOpen = false;
  readonly #client: Client;

  constructor(settings: LaneSettings, onClosed: (lane: Lane) => void) {
    this.#client = new Client(ORIGIN, {
      connect: (_, done) => void connect(settings, done),
      maxHeaderSize: settings.mostOfHead,
      // undici would wait for another turn of the loop after each response. One request at a time is sent anyway.
      pipelining: 2,
      ...{ headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: IDLE_FOR, allowH2: false },
    });
    this.#client.on('connect', () => {
      this.isOpen = true;
      this.wasUsed = false;
    });
    this.#client.on('disconnect', () => {
      this.isOpen = false;
      onClosed(this);
    });
  }

  send({ method, path, headers, body }: UpstreamRequest, handler: Dispatcher.DispatchHandler): void {
    const options = { method: method as Dispatcher.HttpMethod, path, headers: withoutExpect(headers), body };
    try {
      this.#client.dispatch(options, handler);
    } catch (error) {
      handler.onResponseError?.(null as never, error as Error);
    }
  }

  /** What is under way ends with it. */
  close(): void {
    this.#client.destroy().catch(() => undefined);
  }
}

const withoutExpect = (headers: RawHeaders): string[] => {
  const at = expectationAt(headers);
  return at === -1 ? (headers as string[]) : headers.toSpliced(at, 2);
};

/**
 * What the kernel has is read into these bytes, and copied before anything else is read. Node's own way allocates 64 KiB for
 * every read, and most responses have less than one.
 */
const READ = Buffer.allocUnsafeSlow(64 * 1024);

const ONREAD: OnReadOpts = {
  buffer: READ,
  callback(this: Socket, count: number) {
    return this.push(Buffer.from(READ.subarray(0, count)));
  },
};

const connect = (settings: DialOptions, done: buildConnector.Callback): (() => void) =>
  dial(
    { ...settings, onread: ONREAD },
    {
      onOpen: (socket) => done(null, socket),
      onFailure: (failure, { message }) =>
        done(failure === 'connect-timeout' ? new ConnectTimeout(message) : new Error(message), null),
    },
  );
