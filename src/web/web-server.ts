import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../control/client/connection.ts';
import type { PodSnapshot } from '../control/pod-snapshot.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';
import { type Refusal, refusalOfSource, refusalOfToken, refusalText } from './admission.ts';
import { type Answering, answerPlan, refuse } from './answer-plan.ts';
import type { LiveEnd } from './live-protocol.ts';
import type { LiveStream } from './live-stream.ts';
import type { PageFiles } from './page-files.ts';
import { planRequest } from './plan-request.ts';

/** A browser has six connections for each page. */
const MOST_CONNECTIONS = 64;

/** Time for pages to take the last lines after the pod has ended. */
const FAREWELL: Milliseconds = 500;

interface WebServerOptions {
  readonly files: PageFiles;
  readonly connection: Connection;
  readonly snapshot: () => PodSnapshot;
  /** 0: a free one. */
  readonly port: number;
}

/**
 * Serves the page of a pod on 127.0.0.1. The page itself is for everybody on this machine; what it shows and does needs
 * the token in the address. The token is behind a `#`, which no browser sends, and the page keeps it for its tab only:
 * a cookie would be sent to the servers on all other ports of 127.0.0.1 as well.
 *
 * @example
 * const server = await WebServer.open({ files, connection, snapshot: () => pod.snapshot, port: 0 });
 * console.log(server.url);
 */
export class WebServer {
  readonly #server: Server;
  readonly #token: string;
  readonly #streams: ReadonlySet<LiveStream>;

  private constructor(server: Server, token: string, streams: ReadonlySet<LiveStream>) {
    this.#server = server;
    this.#token = token;
    this.#streams = streams;
  }

  /** Rejects with the platform's error if it cannot listen there. */
  static async open({ port, ...given }: WebServerOptions): Promise<WebServer> {
    const token = randomBytes(24).toString('base64url');
    const streams = new Set<LiveStream>();
    const server = createServer(
      { maxHeaderSize: 16 * 1024, headersTimeout: 5_000, requestTimeout: 10_000, keepAliveTimeout: 5_000 },
      (request, response) => {
        response.on('error', () => undefined);
        const keep = (stream: LiveStream): void => {
          streams.add(stream);
          response.once('close', () => streams.delete(stream));
        };
        void receive({ ...given, keep, request, response }, token).catch(() => response.destroy());
      },
    );
    server.maxConnections = MOST_CONNECTIONS;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.on('error', () => undefined);
    return new WebServer(server, token, streams);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The address with the token. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/#token=${this.#token}`;
  }

  /** Accepts nothing more, and tells the open pages why. */
  async close(why: LiveEnd): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const stream of this.#streams) stream.end(why);
    this.#server.closeIdleConnections();
    const stopWaiting = after(FAREWELL, () => this.#server.closeAllConnections());
    await closed;
    stopWaiting();
  }
}

const receive = async (answering: Answering, token: string): Promise<void> => {
  const { request, response } = answering;
  const foreign = refusalOfSource(request.headers, request.socket.localPort ?? 0);
  if (foreign !== null) return forbid(response, foreign);
  const plan = planRequest(request.method ?? '', request.url ?? '');
  if (plan === null) return refuse(response, 404, `there is no ${nameOf(request)}`);
  const refusal = plan.kind === 'file' ? null : refusalOfToken(request.headers, token);
  return refusal === null ? answerPlan(plan, answering) : forbid(response, refusal);
};

const forbid = (response: ServerResponse, refusal: Refusal): void =>
  refuse(response, 403, refusalText(refusal));

const nameOf = ({ method, url = '' }: IncomingMessage): string => `${method} ${url.slice(0, 200)}`;
