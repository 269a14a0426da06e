import { request } from 'node:http';
import { after } from '../../time/timers.ts';
import { podSocket } from './pod-socket.ts';

/** A request that programs make: see `docs/control-api.md`. */
export type PodRequest =
  | { readonly type: 'start' | 'stop' | 'restart'; readonly process: string }
  /** Tells everybody that a process uses more than it may: bytes of memory, or cores, for some milliseconds. */
  | {
      readonly type: 'above-limit';
      readonly process: string;
      readonly by: string;
      readonly resource: 'memory' | 'cpu';
      readonly used: number;
      readonly limit: number;
      readonly lasted: number;
      readonly action: 'warn' | 'restart' | 'end';
    }
  /** Tells everybody that an alert has begun to fire, or does so no more. */
  | {
      readonly type: 'alert';
      readonly process: string;
      readonly by: string;
      readonly alert: string;
      readonly alertState: 'firing' | 'over';
      readonly labels: Readonly<Record<string, string>>;
      readonly summary: string;
    };

export type PodOutcome = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** A pod answers within milliseconds that it has taken a request. One that hangs does not at all. */
const ANSWERS_WITHIN = 5_000;

/** An answer is a sentence. */
const LONGEST_ANSWER = 64 * 1024;

/**
 * Asks the pod for something over its control socket. `optionsFile`: the file of the program's options, which lies in
 * the folder of the run. Never rejects.
 *
 * @example
 * const outcome = await requestPod(optionsFile, { type: 'restart', process: 'web' });
 * if (!outcome.ok) say(outcome.message);
 */
export const requestPod = async (optionsFile: string, asked: PodRequest): Promise<PodOutcome> => {
  const socket = podSocket(optionsFile);
  if (socket === null) return { ok: false, message: 'the pod has no control socket' };
  try {
    return outcomeOf(await answerTo(socket, JSON.stringify(asked)));
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
};

const answerTo = (socketPath: string, body: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ socketPath, path: '/v1/requests', method: 'POST', headers });
    const cancel = after(ANSWERS_WITHIN, () => sent.destroy(new Error('the pod does not answer')), {
      ref: false,
    });
    sent.once('close', cancel);
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.once('error', reject);
      response.on('data', (part: string) => {
        text += part;
        if (text.length > LONGEST_ANSWER) response.destroy(new Error('the answer of the pod is too long'));
      });
      response.once('end', () => resolve(text));
    });
    sent.end(body);
  });

const outcomeOf = (text: string): PodOutcome => {
  const { ok, message } = JSON.parse(text) as { readonly ok?: unknown; readonly message?: unknown };
  return ok === true ? { ok } : { ok: false, message: String(message ?? 'the pod gives no reason') };
};
