import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpReceiver } from '../../otlp/receive-http.ts';
import type { Intake } from '../intake.ts';
import type { HttpProtocol } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { findLines } from '../window/find-lines.ts';
import { readQuery } from '../window/query.ts';
import { ELASTICSEARCH, readBulk } from './elasticsearch.ts';
import { readLoki } from './loki.ts';
import { readNdjson } from './ndjson.ts';
import { receiveOtlp } from './otlp.ts';
import { withBody } from './read-body.ts';

export interface RouteContext {
  readonly intake: Intake;
  /** What is taken now: a reload can change it. */
  readonly accepts: () => readonly HttpProtocol[];
  readonly stats: () => object;
}

export interface HttpReply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOKI = '/loki/api/v1/push';
const OTLP = '/v1/logs';

/** `/_bulk`, or with an index for documents that name none. */
const BULK = /^(?:\/([^/_][^/]*))?\/_bulk\/?$/;

/** What the HTTP port answers. */
export class SinkRoutes {
  readonly #context: RouteContext;
  /** Loaded by the first request. */
  #otlp: Promise<HttpReceiver> | null = null;
  /** One reader at a time: each reads through the whole window. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(context: RouteContext) {
    this.#context = context;
  }

  /** What a request brings lines by; `null`: it brings none. */
  protocolOf(path: string, method: string): HttpProtocol | null {
    if (path === LOKI) return 'loki';
    if (path === OTLP) return 'otlp';
    if (BULK.test(path)) return 'elasticsearch';
    return path === '/' && method === 'POST' ? 'http' : null;
  }

  /** `null`: it has been answered. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<HttpReply | null> {
    const { method = 'GET', url = '/' } = request;
    const [path = '/', search = ''] = url.split('?');
    const protocol = this.protocolOf(path, method);
    if (protocol === null) return this.#page(method, path, search);
    if (!this.#context.accepts().includes(protocol))
      throw new Refusal(404, `This sink does not take ${protocol}: listen.${protocol} is false.`);
    if (protocol === 'otlp') {
      this.#otlp ??= receiveOtlp(this.#context.intake);
      await (await this.#otlp)(request, response);
      return null;
    }
    if (method !== 'POST' && method !== 'PUT') throw new Refusal(405, `${path} takes POST.`);
    return withBody(request, (body) => this.#take(protocol, path, body.toString(), request));
  }

  async #take(
    protocol: Exclude<HttpProtocol, 'otlp'>,
    path: string,
    body: string,
    { headers }: IncomingMessage,
  ): Promise<HttpReply> {
    const { intake } = this.#context;
    switch (protocol) {
      case 'http':
        await intake.take(readNdjson(body, Date.now()), protocol);
        return { status: 204 };
      case 'loki':
        if (headers['content-type']?.startsWith('application/x-protobuf') === true)
          throw new Refusal(
            415,
            'Snappy and protobuf are not taken: send JSON, with Content-Type application/json.',
          );
        await intake.take(readLoki(body), protocol);
        return { status: 204 };
      case 'elasticsearch': {
        const { lines, answer } = readBulk(body, BULK.exec(path)?.[1] ?? null, Date.now());
        await intake.take(lines, protocol);
        for (const reason of reasonsIn(answer.items)) intake.counts.refuse(protocol, reason);
        return { status: 200, json: answer, headers: ELASTICSEARCH.headers };
      }
    }
  }

  async #page(method: string, path: string, search: string): Promise<HttpReply> {
    if (method !== 'GET' && method !== 'HEAD')
      throw new Refusal(404, `There is nothing at ${method} ${path}.`);
    switch (path) {
      case '/':
        return { status: 200, json: ELASTICSEARCH.info, headers: ELASTICSEARCH.headers };
      // rsyslog asks for this before it sends anything.
      case '/_cat/health':
        return { status: 200, text: 'log-sink green\n', headers: ELASTICSEARCH.headers };
      case '/lines':
        return { status: 200, json: await this.#lines(search) };
      case '/stats':
        return { status: 200, json: this.#context.stats() };
      case '/ready':
        return { status: 200, text: 'ready\n' };
      default:
        throw new Refusal(404, `There is nothing at ${path}. GET /lines and GET /stats tell what has come.`);
    }
  }

  #lines(search: string): Promise<object> {
    const query = readQuery(search);
    const found = this.#reading.then(() => findLines(this.#context.intake.window, query));
    this.#reading = found.catch(() => undefined);
    return found;
  }
}

const reasonsIn = (items: readonly object[]): readonly string[] =>
  items.flatMap((item) => {
    const [result] = Object.values(item) as readonly { readonly error?: { readonly reason: string } }[];
    return result?.error === undefined ? [] : [result.error.reason];
  });
