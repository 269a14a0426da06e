import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after } from '../../time/timers.ts';
import type { ServedPod } from '../protocol.ts';
import { answerWith } from './answer-with.ts';
import { attachClient } from './attach.ts';
import type { LineStream } from './line-stream.ts';
import { PartMissing } from './request-shapes.ts';
import { refuse, route } from './routes.ts';
import { StreamHub } from './streams.ts';

const MOST_CONNECTIONS = 512;

/** A quarter of the descriptors that this process may have: the pod's processes need the rest. */
const mostConnections = (): number => {
  const limit = openFilesLimit();
  return limit === null ? MOST_CONNECTIONS : Math.min(MOST_CONNECTIONS, Math.ceil(limit / 4));
};

/** Limit of open files, or null if it is unknown or there is none. */
const openFilesLimit = (): number | null => {
  try {
    const limits = readFileSync('/proc/self/limits', 'latin1');
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
};

/** Answers a request that is not HTTP, or that comes too slowly, as any other mistake. */
const answerBroken = (error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = STATUSES[error.code ?? ''] ?? '400 Bad Request';
  answerWith(socket, status, `this is no HTTP request: ${error.message}`);
};

const STATUSES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Time for a client to send its headers. */
const HEADERS_WITHIN: Milliseconds = 5_000;

/** Time for followers to take the last events after the pod has ended. */
const FAREWELL_MS = 500;

/**
 * Serves a pod's clients over HTTP on a Unix socket or a named pipe, never on the network. The socket's folder, which
 * must exist and belong to this user alone, decides who can reach it.
 *
 * @example
 * const server = await ControlServer.open('/run/user/1000/sidecarctl/ea732e11-4242.sock', { client, events });
 * await server.close();
 */
export class ControlServer {
  readonly #server: Server;
  readonly #streams: ReadonlySet<LineStream>;
  readonly #attached: ReadonlySet<Duplex>;

  private constructor(server: Server, streams: ReadonlySet<LineStream>, attached: ReadonlySet<Duplex>) {
    this.#server = server;
    this.#streams = streams;
    this.#attached = attached;
  }

  /** Rejects if it cannot listen there. */
  static async open(
    socket: string,
    pod: ServedPod,
    headersWithin: Milliseconds = HEADERS_WITHIN,
  ): Promise<ControlServer> {
    const streams = new Set<LineStream>();
    const hub = new StreamHub(pod);
    const server = createServer(
      {
        maxHeaderSize: 8 * 1024,
        headersTimeout: headersWithin,
        requestTimeout: 10_000,
        keepAliveTimeout: 5_000,
        connectionsCheckingInterval: headersWithin / 5,
      },
      (request, response) => {
        response.on('error', () => undefined);
        const keep = (stream: LineStream): void => {
          streams.add(stream);
          response.once('close', () => streams.delete(stream));
        };
        route(hub, request, response, keep).catch((error: unknown) => {
          if (error instanceof PartMissing) return refuse(response, 503, error.message);
          refuse(response, 400, 'the request was cut off');
        });
      },
    );
    server.maxConnections = mostConnections();
    server.on('clientError', answerBroken);
    // By default, Node answers the first without a body, and the second not at all.
    server.on('checkExpectation', (_, response) =>
      refuse(response, 417, "'100-continue' is all that may be expected"),
    );
    const attached = new Set<Duplex>();
    server.on('upgrade', (request, socket, head) => {
      attached.add(socket);
      socket.once('close', () => attached.delete(socket));
      attachClient(pod, request, socket, head);
    });
    server.on('connect', (_, socket) => {
      socket.on('error', () => undefined);
      answerWith(socket, '400 Bad Request', 'this is no proxy');
    });
    server.listen(socket);
    await once(server, 'listening');
    server.on('error', () => undefined);
    if (process.platform !== 'win32') await chmod(socket, 0o600);
    // The server lives as long as the pod, and does not keep the process alive by itself.
    server.unref();
    return new ControlServer(server, streams, attached);
  }

  /** Accepts no more clients, finishes answers that are under way, and removes the socket. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const stream of this.#streams) stream.finish();
    for (const socket of this.#attached) socket.end();
    this.#server.closeIdleConnections();
    const stopWaiting = after(FAREWELL_MS, () => {
      this.#server.closeAllConnections();
      for (const socket of this.#attached) socket.destroy();
    });
    await closed;
    stopWaiting();
  }
}
