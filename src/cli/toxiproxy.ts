import type { IncomingMessage } from 'node:http';

/** A proxy of `use: faults`, as its API has it. */
export interface FaultsProxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly FaultsToxic[];
  /** Not of Toxiproxy. Absent: none. */
  readonly http?: readonly HttpFault[];
}

/** A fault of HTTP requests with what it has done so far; `null` is not set. */
export interface HttpFault {
  readonly path: string | null;
  readonly method: string | null;
  readonly failFirst: number | null;
  readonly every: number | null;
  readonly percentage: number | null;
  readonly status: number | null;
  readonly delay: number;
  readonly matched: number;
  readonly injected: number;
}

export interface FaultsToxic {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

export interface ToxiproxyRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** `status` is null if there was no answer. */
export type Answered =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number | null; readonly message: string };

/** A program of this machine answers at once, or it hangs. */
const ANSWERS_WITHIN = 5_000;

/** Asks the admin port of a faults sidecar. A refusal is in the words of its API. */
export const askToxiproxy = async (
  port: number,
  { method, path, body }: ToxiproxyRequest,
): Promise<Answered> => {
  const { Agent, request } = process.getBuiltinModule('node:http');
  // An agent of its own: a proxy in the environment is not for a port of this machine.
  const options = { host: '127.0.0.1', port, path, method, agent: new Agent(), timeout: ANSWERS_WITHIN };
  return new Promise((resolve) => {
    const asking = request(options, (response) => {
      textOf(response).then(
        (text) => resolve(readAnswer(response.statusCode ?? 0, text)),
        ({ message }: Error) => resolve({ ok: false, status: null, message }),
      );
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer')));
    asking.on('error', ({ message }) => resolve({ ok: false, status: null, message }));
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
};

const textOf = async (response: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
};

const readAnswer = (status: number, text: string): Answered => {
  if (status === 204) return { ok: true, value: null };
  const value = parsed(text);
  if (status >= 200 && status < 300 && value !== undefined) return { ok: true, value };
  const { error } = Object(value) as { readonly error?: unknown };
  return {
    ok: false,
    status,
    message: typeof error === 'string' ? error : `it answered with status ${status}`,
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
