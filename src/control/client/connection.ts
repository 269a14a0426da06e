import type { ClientRequest, IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { ErrorJson } from '../protocol.ts';

/** A supervisor that has just been started is heard of a moment before it listens. */
const LISTENS_WITHIN_MS = 5_000;
const BETWEEN_TRIES_MS = 20;

export type Answer<T> = { readonly ok: true; readonly value: T } | ErrorJson;

/** Nobody listens at the socket any more. */
export class PodGone extends Error {
  constructor() {
    super('the pod has gone');
    this.name = 'PodGone';
  }
}

/** Asks the control server behind a socket. Every method rejects with `PodGone` when nobody is there. */
export class Connection {
  readonly #socket: string;
  #hasBeenHeard = false;

  constructor(socket: string) {
    this.#socket = socket;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.#ask('GET', path, null);
  }

  post<T>(path: string, body: object): Promise<Answer<T>> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  /** Calls with each object of a stream; resolves at its end, or once `signal` is aborted. */
  async follow(path: string, signal: AbortSignal, take: (object: never) => void): Promise<Answer<null>> {
    const response = await this.#open('GET', path, null);
    if (response.statusCode !== 200) return (await readJson(response)) as ErrorJson;
    const stop = (): void => void response.destroy();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    await eachObject(response, take);
    signal.removeEventListener('abort', stop);
    return { ok: true, value: null };
  }

  async #ask<T>(method: string, path: string, body: string | null): Promise<Answer<T>> {
    const response = await this.#open(method, path, body);
    const value = await readJson(response);
    return response.statusCode === 200 ? { ok: true, value: value as T } : (value as ErrorJson);
  }

  async #open(method: string, path: string, body: string | null): Promise<IncomingMessage> {
    for (const until = Date.now() + LISTENS_WITHIN_MS; ; ) {
      try {
        const response = await this.#openOnce(method, path, body);
        this.#hasBeenHeard = true;
        return response;
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code !== 'ENOENT' || this.#hasBeenHeard || Date.now() > until) throw new PodGone();
        await setTimeout(BETWEEN_TRIES_MS);
      }
    }
  }

  async #openOnce(method: string, path: string, body: string | null): Promise<IncomingMessage> {
    // Loaded late: it takes 10 ms, and the commands that start a pod have no use for it.
    const { request: send } = await import('node:http');
    return new Promise((resolve, reject) => {
      const request: ClientRequest = send({
        socketPath: this.#socket,
        path: `/v1/${path}`,
        method,
        agent: false,
        ...(body === null ? {} : { headers: { 'content-length': Buffer.byteLength(body) } }),
      });
      request.on('response', resolve);
      request.on('error', reject);
      request.end(body ?? undefined);
    });
  }
}

const readJson = async (response: IncomingMessage): Promise<unknown> => {
  let text = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
  } catch {
    // Broken off in the middle of an answer.
    throw new PodGone();
  }
  return JSON.parse(text);
};

/** A stream that breaks off has ended: its reader learns from what it has, or has not, been told. */
const eachObject = (response: IncomingMessage, take: (object: never) => void): Promise<void> =>
  new Promise((resolve) => {
    let rest = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) take(JSON.parse(line) as never);
    });
    response.on('error', () => undefined);
    response.on('close', resolve);
  });
