import { type IncomingMessage, request } from 'node:http';
import { after } from '../../time/timers.ts';

/** A supervisor answers within milliseconds. One that hangs does not at all. */
const ANSWERS_WITHIN = 5_000;

/** The objects that a control socket sends, one a line, until it ends; rejects if it does not answer. */
export async function* controlLines(
  socketPath: string,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  const response = await responseOf(socketPath, path, signal);
  let rest = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line);
    }
  } finally {
    response.destroy();
  }
}

const responseOf = (socketPath: string, path: string, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, signal });
    const cancel = after(ANSWERS_WITHIN, () => asked.destroy(new Error('no answer in time')), { ref: false });
    asked.once('socket', (socket) => socket.unref());
    asked.once('error', (error) => {
      cancel();
      reject(error);
    });
    asked.once('response', (response) => {
      cancel();
      if (response.statusCode === 200) return resolve(response);
      response.destroy();
      reject(new Error(`${path} was answered with ${response.statusCode}`));
    });
    asked.end();
  });
