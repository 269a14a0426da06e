import { connect } from 'node:net';
import { after } from '../../../time/timers.ts';

/** With every command and error that there is, INFO has some 30 kB. */
const MOST_BYTES = 4 * 1024 * 1024;
const ANSWERS_WITHIN = 10_000;

/**
 * What Redis answers to `INFO ALL`. Rejects with a clause if there is no whole answer in time.
 *
 * @example await askRedis('redis://:secret@127.0.0.1:6379'); // '# Server\r\nredis_version:7.0.15…'
 */
export const askRedis = (url: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { host, port, commands } = planOf(url);
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const end = (error: Error | null, answer = ''): void => {
      cancel();
      socket.destroy();
      if (error === null) resolve(answer);
      else reject(error);
    };
    const cancel = after(ANSWERS_WITHIN, () => end(new Error('it does not answer within 10 s')));
    socket.on('error', end);
    socket.on('close', () => end(new Error('it has closed the connection')));
    socket.on('data', (part) => {
      received = Buffer.concat([received, part]);
      try {
        const answer = lastReply(received, commands.length);
        if (answer !== null) end(null, answer);
      } catch (error) {
        end(error as Error);
      }
    });
    socket.write(commands.map(written).join(''));
  });

const planOf = (url: string) => {
  const { hostname, port, username, password } = new URL(url);
  const credentials = [username, password].filter((each) => each !== '').map(decodeURIComponent);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || 6379),
    commands: [...(password === '' ? [] : [['AUTH', ...credentials]]), ['INFO', 'ALL']],
  };
};

/** A command is a list of texts with their lengths (RESP). */
const written = (command: readonly string[]): string =>
  `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;

/** The last of so many replies, or null while it is not whole. Throws for one that is an error. */
const lastReply = (received: Buffer, count: number): string | null => {
  if (received.length > MOST_BYTES)
    throw new Error(`its answer has more than ${MOST_BYTES / 1024 / 1024} MiB`);
  let reply = '';
  for (let at = 0, number = 0; number < count; number += 1) {
    const lineEnd = received.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const line = received.toString('utf8', at, lineEnd);
    const start = lineEnd + 2;
    if (line[0] === '-') throw new Error(`it answers: ${line.slice(1)}`);
    if (line[0] !== '$' && line[0] !== '+') throw new Error('its answer is none of Redis');
    const length = line[0] === '$' ? Number(line.slice(1)) : -2;
    if (received.length < start + length + 2) return null;
    reply = received.toString('utf8', start, start + Math.max(0, length));
    at = start + length + 2;
  }
  return reply;
};
