import { after } from '../../../time/timers.ts';
import { MOST_BYTES } from './source.ts';

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until the end of the answer. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** More redirects than this are a loop. */
const MOST_REDIRECTS = 5;

/** Asks a server, and reads its answer up to a limit. Rejects with a sentence about what did not work. */
export const ask = (url: string, asked: Asked): Promise<Answered> =>
  within(asked, async (signal) => {
    const response = await follow(url, asked, signal);
    return { status: response.status, headers: response.headers, text: await bodyOf(response) };
  });

/** Calls with a signal that is aborted at the end of the time, too. Rejects with the reason in words. */
export const within = async <T>(
  { timeout, signal }: Pick<Asked, 'timeout' | 'signal'>,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const end = new AbortController();
  const cancel = after(timeout, () => end.abort(new Error(`no answer within ${timeout} ms`)), { ref: false });
  const both = AbortSignal.any([signal, end.signal]);
  try {
    return await call(both);
  } catch (error) {
    throw end.signal.aborted ? (end.signal.reason as Error) : inWords(error as Error);
  } finally {
    cancel();
  }
};

/** Redirects are followed on the same server only: another one would get the headers, too. */
const follow = async (
  url: string,
  { method = 'GET', headers = {}, body }: Asked,
  signal: AbortSignal,
): Promise<Response> => {
  let at = new URL(url);
  const allHeaders = { ...authorizationIn(at), ...headers };
  // fetch refuses a URL with a password.
  [at.username, at.password] = ['', ''];
  for (let left = MOST_REDIRECTS; left >= 0; left--) {
    const init = { method, headers: allHeaders, signal, redirect: 'manual' } as const;
    const response = await fetch(at, body === undefined ? init : { ...init, body });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status === 304 || response.status >= 400 || location === null)
      return response;
    await response.body?.cancel();
    const next = new URL(location, at);
    if (next.origin !== at.origin)
      throw new Error(`redirects to another server, ${next.origin}: name that one instead`);
    at = next;
  }
  throw new Error(`redirects more than ${MOST_REDIRECTS} times`);
};

const authorizationIn = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === '' && password === '') return {};
  const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(words).toString('base64')}` };
};

const bodyOf = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`answers with more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

/** fetch says no more than "fetch failed", and has the reason as its cause. */
const inWords = (error: Error): Error => {
  const cause = error.cause as NodeJS.ErrnoException | undefined;
  if (cause === undefined) return error;
  return new Error(cause.message === '' ? (cause.code ?? error.message) : cause.message);
};
