import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { after, sleep } from '../../time/timers.ts';
import type { Answer, ErrorJson } from '../answer.ts';

/** A new supervisor's record appears a moment before its socket does, and the socket a moment before it listens. */
const LISTENS_WITHIN: Milliseconds = 5_000;
const NOT_LISTENING_YET: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED']);
const BETWEEN_TRIES: Milliseconds = 20;
/**
 * A supervisor answers within milliseconds, on a busy machine too. One that is stopped or hangs does not answer at all.
 */
const ANSWERS_WITHIN: Milliseconds = 5_000;

/** Nobody listens at the socket any more. */
export class PodGone extends Error {
  constructor() {
    super('the pod has gone');
    this.name = 'PodGone';
  }
}

/**
 * `late`: no answer came in time. `dropped`: the connection was closed without one, because there are too many or the
 * pod has just ended. `denied`: this user may not connect, or the listener may not be trusted.
 */
type SilenceCause = 'late' | 'dropped' | 'denied';

/** The socket exists, and nobody answers at it. */
export class PodSilent extends Error {
  readonly silence: SilenceCause;

  constructor(silence: SilenceCause) {
    super('the pod does not answer');
    this.name = 'PodSilent';
    this.silence = silence;
  }
}

export interface ConnectionLimits {
  /**
   * Time in milliseconds for all requests over the connection, from its creation on; null (default): 5 s for each
   * answer.
   */
  readonly timeout?: Milliseconds | null;
  /** Returns whether a supervisor that does not listen yet may still begin to. Default: it may for 5 s. */
  readonly isExpected?: () => boolean;
}

interface Asking {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body: string | null;
  readonly signal?: AbortSignal | undefined;
  /** A long request is waited for as long as the supervisor answers other requests. */
  readonly isLong?: boolean;
}

/**
 * A client of the control server behind a socket. Every method rejects with `PodGone` when nobody is there, and with
 * `PodSilent` when nobody answers within 5 s. A stream that has begun may be silent for any time.
 */
export class Connection {
  readonly #socket: string;
  readonly #until: number;
  readonly #isExpected: () => boolean;
  #hasBeenHeard = false;

  constructor(socket: string, { timeout = null, isExpected = () => true }: ConnectionLimits = {}) {
    this.#socket = socket;
    this.#isExpected = isExpected;
    this.#until = timeout === null ? Number.POSITIVE_INFINITY : performance.now() + timeout;
  }

  get<T>(path: string): Promise<Answer<T>> {
    return this.#ask({ method: 'GET', path, body: null });
  }

  /**
   * Sends a request. `isLong`: the answer comes when everything is done, and not when the request has been accepted.
   */
  post<T>(path: string, body: object, isLong = false): Promise<Answer<T>> {
    return this.#ask({ method: 'POST', path, body: JSON.stringify(body), isLong });
  }

  /** Calls `take` with each object of an answer that ends by itself. */
  async read(path: string, signal: AbortSignal, take: (object: never) => void): Promise<Answer<null>> {
    return this.#stream(path, signal, take, true);
  }

  /** Calls `take` with each object of a stream. Resolves at its end, or once `signal` is aborted. */
  async follow(path: string, signal: AbortSignal, take: (object: never) => void): Promise<Answer<null>> {
    return this.#stream(path, signal, take, false);
  }

  /**
   * Opens a stream for a reader that wants its bytes as they are, whatever its status. Resolves with null if `signal` was
   * aborted.
   */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage | null> {
    return signal.aborted ? Promise.resolve(null) : this.#open({ method: 'GET', path, body: null, signal });
  }

  /** Opens a connection for bytes in both directions. */
  upgrade(path: string, protocol: string): Promise<Answer<Duplex>> {
    const { request: send } = process.getBuiltinModule('node:http');
    return new Promise((resolve, reject) => {
      const request = send({
        socketPath: this.#socket,
        path: `/v1/${path}`,
        agent: false,
        headers: { connection: 'Upgrade', upgrade: protocol },
      });
      const stopWaiting = after(this.#patience(), () => void request.destroy(new PodSilent('late')));
      request.on('close', stopWaiting);
      request.on('upgrade', (_, socket, head) => {
        stopWaiting();
        if (head.length > 0) socket.unshift(head);
        resolve({ ok: true, value: socket });
      });
      request.on('response', (response) =>
        this.#readJson(response).then((refusal) => resolve(refusal as ErrorJson), reject),
      );
      request.on('error', (error: NodeJS.ErrnoException) =>
        reject(error instanceof PodSilent ? error : failureOf(error.code)),
      );
      request.end();
    });
  }

  async #stream(
    path: string,
    signal: AbortSignal,
    take: (object: never) => void,
    isBounded: boolean,
  ): Promise<Answer<null>> {
    if (signal.aborted) return { ok: true, value: null };
    const response = await this.#open({ method: 'GET', path, body: null, signal });
    if (response === null) return { ok: true, value: null };
    if (response.statusCode !== 200) return (await this.#readJson(response)) as ErrorJson;
    const late = isBounded ? this.#bound(response) : () => false;
    await eachObject(response, take);
    if (late()) throw new PodSilent('late');
    return { ok: true, value: null };
  }

  async #ask<T>(asking: Asking): Promise<Answer<T>> {
    const response = await this.#open(asking);
    if (response === null) throw new PodGone();
    const value = await this.#readJson(response);
    return response.statusCode === 200 ? { ok: true, value: value as T } : (value as ErrorJson);
  }

  /** Remaining time for an answer. */
  #patience(): Milliseconds {
    return Math.max(0, Math.min(ANSWERS_WITHIN, this.#until - performance.now()));
  }

  /** Opens a request; resolves with null if it was aborted. */
  async #open(asking: Asking): Promise<IncomingMessage | null> {
    for (const until = performance.now() + Math.min(LISTENS_WITHIN, this.#patience()); ; ) {
      try {
        const response = await this.#openOnce(asking);
        this.#hasBeenHeard = true;
        return response;
      } catch (error) {
        if (asking.signal?.aborted === true) return null;
        if (error instanceof PodSilent) throw error;
        const { code } = error as NodeJS.ErrnoException;
        const mayCome = NOT_LISTENING_YET.has(code) && !this.#hasBeenHeard && performance.now() < until;
        if (!mayCome || !this.#isExpected()) throw failureOf(code);
        await sleep(BETWEEN_TRIES);
      }
    }
  }

  async #openOnce({ method, path, body, signal, isLong = false }: Asking): Promise<IncomingMessage> {
    // Loaded late, as few commands need it, and not by an import: that would load Node's fetch too, which takes 50 ms.
    const { request: send } = process.getBuiltinModule('node:http');
    return new Promise((resolve, reject) => {
      const request: ClientRequest = send({
        socketPath: this.#socket,
        path: `/v1/${path}`,
        method,
        agent: false,
        ...(signal === undefined ? {} : { signal }),
        ...(body === null ? {} : { headers: { 'content-length': Buffer.byteLength(body) } }),
      });
      const fail = (): void => void request.destroy(new PodSilent('late'));
      const ask = (): void => void this.get('pod').then(wait, fail);
      const wait = (): void => {
        stopWaiting = after(this.#patience(), isLong ? ask : fail);
      };
      let stopWaiting = (): void => undefined;
      wait();
      request.on('response', resolve);
      request.on('error', reject);
      for (const end of ['response', 'close']) request.on(end, () => stopWaiting());
      request.end(body ?? undefined);
    });
  }

  async #readJson(response: IncomingMessage): Promise<unknown> {
    const late = this.#bound(response);
    let text = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
    } catch {
      // The connection broke off in the middle of an answer.
      throw late() ? new PodSilent('late') : new PodGone();
    }
    return JSON.parse(text);
  }

  /** Breaks off an answer that does not continue. */
  #bound(response: IncomingMessage): () => boolean {
    let isLate = false;
    response.setTimeout(this.#patience(), () => {
      isLate = true;
      response.destroy();
    });
    return () => isLate;
  }
}

const failureOf = (code: string | undefined): PodGone | PodSilent => {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
    case 'ENOTSOCK':
      return new PodGone();
    case 'EACCES':
    case 'EPERM':
      return new PodSilent('denied');
    // The kernel's queue is full, because the supervisor accepts nobody.
    case 'EAGAIN':
      return new PodSilent('late');
    default:
      return new PodSilent('dropped');
  }
};

/** A stream that breaks off has ended; its reader sees the end from the objects it got. */
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
