import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import type { HostAndPort } from '../../address.ts';
import type { OwnAnswer } from '../../proxy/routing/own-answer.ts';

interface TunnelOptions {
  readonly upstream: () => HostAndPort;
  readonly onUnreachable: (error: Error) => void;
}

/** Sends a request as it came, and then bytes in both directions. */
export const tunnel = (
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  { upstream, onUnreachable }: TunnelOptions,
): void => {
  const server = connect({ ...upstream(), allowHalfOpen: true, noDelay: true });
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.syscall === 'connect') onUnreachable(error);
    client.destroy();
  });
  client.on('error', () => server.destroy());
  client.once('close', () => server.destroy());
  // What it has sent is still on its way.
  server.once('close', (hasFailed) => (hasFailed ? client.destroy() : client.end()));
  server.write(headOf(request));
  server.write(head);
  client.pipe(server).pipe(client);
};

const headOf = ({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer => {
  const lines = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1]}`] : []));
  return Buffer.from([`${method} ${url} HTTP/${httpVersion}`, ...lines, '', ''].join('\r\n'), 'latin1');
};

/** An answer in place of a switch to another protocol. */
export const writeAnswer = (client: Duplex, { status, headers, body }: OwnAnswer): void => {
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${headers[at + 1]}`] : []));
  const start = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  client.end([start, ...lines, 'connection: close', '', body].join('\r\n'));
};
