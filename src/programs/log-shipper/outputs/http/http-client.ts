import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gzip as gzipLater } from 'node:zlib';
import { after } from '../../../../time/timers.ts';
import { clientFor } from '../../../client-for.ts';
import type { HttpTarget } from '../options.ts';
import { OutputTlsPlace } from '../tls-place.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

/** What is sent, and what kind of data it is. */
export interface HttpBody {
  readonly data: Buffer;
  readonly type: string;
}

/** An answer is not longer than this: that of Elasticsearch to 10,000 entries has 2 MB. */
const MOST_OF_AN_ANSWER = 16 * 1024 * 1024;

const gzip = promisify(gzipLater);

/**
 * Sends requests to one server, one at a time and over one connection that is kept. It is Node's own client: a request has
 * thousands of lines, among which what another client could save of it is lost.
 */
export class HttpClient {
  readonly #target: HttpTarget;
  readonly #url: URL;
  readonly #agent: Agent;
  readonly #tls: OutputTlsPlace | null;

  constructor(target: HttpTarget) {
    this.#target = target;
    this.#url = new URL(target.url);
    const kept = { keepAlive: true, maxSockets: 1, noDelay: true };
    const isTls = this.#url.protocol === 'https:';
    this.#agent = new (clientFor(this.#url.href).Agent)(kept);
    this.#tls = target.tls === null || !isTls ? null : new OutputTlsPlace(target.tls);
  }

  /** Host and port, for messages. */
  get place(): string {
    return this.#url.host;
  }

  /**
   * Resolves with whatever the server answers.
   *
   * @throws Error that says why there is no answer.
   */
  async post(body: HttpBody, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const tls = (await this.#tls?.connectionOptions()) ?? {};
      const data = this.#target.gzip ? await gzip(body.data) : body.data;
      const attempt = () => this.#attempt({ ...body, data }, tls, signal);
      return await attempt().catch((error: Error) => {
        // A server closes a connection that nobody uses at the moment at which a request comes over it.
        if (error instanceof ClosedWhileIdle) return attempt();
        throw error;
      });
    } catch (error) {
      throw new Error(`${this.place}: ${reasonOf(error as NodeJS.ErrnoException)}`);
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#tls?.close();
  }

  #attempt({ data, type }: HttpBody, tls: ConnectionOptions, signal: AbortSignal): Promise<HttpAnswer> {
    const { headers, gzip: isGzip, timeout } = this.#target;
    return new Promise((resolve, reject) => {
      const request = clientFor(this.#url.href).request(this.#url, {
        ...{ method: 'POST', agent: this.#agent, signal, ...tls },
        headers: {
          'content-type': type,
          'content-length': data.length,
          ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
          ...headers,
        },
      });
      const late = new Error(`no answer within ${timeout} ms`);
      const stopWaiting = after(timeout, () => void request.destroy(late));
      request.once('close', stopWaiting);
      request.once('response', (response) => {
        readAnswer(response).then((answer) => {
          // The data is written over soon, and a server can answer before it has read all of it.
          if (!request.writableFinished) request.destroy();
          resolve(answer);
        }, reject);
      });
      request.once('error', (error: NodeJS.ErrnoException) => {
        const wasIdle = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reject(wasIdle ? new ClosedWhileIdle(error.message) : error);
      });
      request.end(data);
    });
  }
}

class ClosedWhileIdle extends Error {}

const readAnswer = async (response: IncomingMessage): Promise<HttpAnswer> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_OF_AN_ANSWER) throw new Error(`its answer is longer than ${MOST_OF_AN_ANSWER} bytes`);
    parts.push(part);
  }
  const all = Buffer.concat(parts);
  return { status: response.statusCode ?? 0, headers: response.headers, body: all.toString(), bytes: all };
};

/** Several addresses of a host fail with an error that has no message. */
const reasonOf = (error: NodeJS.ErrnoException): string =>
  error.code === undefined || error.message.includes(error.code)
    ? error.message
    : `${error.code} ${error.message}`.trim();
