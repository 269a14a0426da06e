import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { after } from '../../time/timers.ts';

/** An engine that does not answer must not hold up whoever asks. */
const ANSWERS_WITHIN = 5_000;

interface Asking {
  readonly method?: string;
  readonly body?: string;
  /** Headers. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Asks an engine over HTTP on one of its sockets. */
export const ask = async (
  socketPath: string,
  path: string,
  { method = 'GET', body = '', more = {} }: Asking = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const headers = { host: 'localhost', ...more };
    const asking = request({ socketPath, path, method, headers, agent: false }, (response) => {
      text(response).then((answer) => {
        stop();
        const { statusCode = 0 } = response;
        if (statusCode < 300) resolve(answer);
        else reject(new Error(`${statusCode} ${answer.trim()}`));
      }, reject);
    });
    const stop = after(ANSWERS_WITHIN, () => asking.destroy(new Error('no answer')));
    asking.once('error', (error) => {
      stop();
      reject(error);
    });
    asking.end(body);
  });

/** Sends a line to a socket that answers and closes, as HAProxy's. */
export const command = (socketPath: string, line: string): Promise<string> => {
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  const stop = after(ANSWERS_WITHIN, () => void socket.destroy(new Error('no answer')));
  socket.end(`${line}\n`);
  return text(socket).finally(stop);
};
