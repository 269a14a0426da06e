import { Agent, type IncomingMessage, request } from 'node:http';
import { errorMessage } from '../model/error-message.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';

/** A program of this machine answers at once, or it hangs. */
const ANSWERS_WITHIN: Milliseconds = 5_000;

/** 10,000 spans with a dozen attributes each have 7.6 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Why there is no answer. */
export type JsonFailure =
  /** `message` is that of the platform: `connect ECONNREFUSED 127.0.0.1:4318`. */
  | { readonly kind: 'unreachable'; readonly message: string }
  | { readonly kind: 'late'; readonly within: Milliseconds }
  | { readonly kind: 'too-large'; readonly limit: number }
  /** `message`: `error` of the answer, if it has one. */
  | { readonly kind: 'status'; readonly status: number; readonly message: string | null }
  | { readonly kind: 'not-json' }
  /** By the signal. */
  | { readonly kind: 'aborted' };

export type JsonAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: JsonFailure };

interface Limits {
  /** For the whole answer. Default 5 s. */
  readonly within?: Milliseconds;
  /** Default 32 MiB. */
  readonly mostBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Asks a port of this machine for JSON. It never rejects, and it trusts the shape of what it gets: ask only programs of
 * sidecarctl.
 *
 * @example await getJson<TraceList>(found, '/traces?limit=10')
 */
export const getJson = <T>(
  { host, port }: { readonly host: string; readonly port: number },
  path: string,
  { within = ANSWERS_WITHIN, mostBytes = MOST_BYTES, signal }: Limits = {},
): Promise<JsonAnswer<T>> =>
  new Promise((resolve) => {
    const settle = (answer: JsonAnswer<T>): void => {
      stop();
      signal?.removeEventListener('abort', onAbort);
      resolve(answer);
      asking.destroy();
    };
    const fail = (failure: JsonFailure): void => settle({ ok: false, failure });
    const onAbort = (): void => fail({ kind: 'aborted' });
    const stop = after(within, () => fail({ kind: 'late', within }));
    // An agent of its own: a proxy in the environment is not for a port of this machine.
    const asking = request({ host, port, path, agent: new Agent(), headers: { accept: 'application/json' } });
    const unreachable = (error: unknown): void => fail({ kind: 'unreachable', message: errorMessage(error) });
    asking.on('error', unreachable);
    asking.on('response', (response) => {
      readBody(response, mostBytes).then(
        (body) =>
          settle(body === null ? failed({ kind: 'too-large', limit: mostBytes }) : read(response, body)),
        unreachable,
      );
    });
    if (signal?.aborted === true) return onAbort();
    signal?.addEventListener('abort', onAbort);
    asking.end();
  });

const failed = (failure: JsonFailure): JsonAnswer<never> => ({ ok: false, failure });

/** `null`: it is larger. */
const readBody = async (response: IncomingMessage, mostBytes: number): Promise<string | null> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
};

const read = <T>({ statusCode: status = 0 }: IncomingMessage, body: string): JsonAnswer<T> => {
  const value = parsed(body);
  if (status !== 200) return failed({ kind: 'status', status, message: errorIn(value) });
  return value === undefined ? failed({ kind: 'not-json' }) : { ok: true, value: value as T };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const errorIn = (value: unknown): string | null => {
  const { error } = Object(value) as { readonly error?: unknown };
  return typeof error === 'string' ? error : null;
};
