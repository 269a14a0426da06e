import type { ServerHttp2Stream } from 'node:http2';
import type { ClientTunnel } from '../../http/downstream.ts';
import { trailersOf } from '../h2/headers.ts';
import { withoutHandshake } from './web-socket.ts';

/** A tunnel over a stream of HTTP/2 (RFC 8441). `handOver` is called when it is granted. */
export const h2Tunnel = (
  stream: ServerHttp2Stream,
  protocol: string,
  handOver: () => void,
): ClientTunnel => ({
  protocol: protocol.toLowerCase(),
  open: (_status, headers) => {
    handOver();
    if (!stream.destroyed && !stream.closed)
      stream.respond({ ':status': 200, ...trailersOf(withoutHandshake(headers)) });
    return stream;
  },
});
