import type { Socket } from 'node:net';
import type { ChannelCredentials } from '@grpc/grpc-js';

/**
 * Has a channel with these credentials destroy its connection when it is closed after the signal's abort.
 *
 * Closing alone only ends connections on which HTTP/2 has begun: one that the server accepted and never spoke on stays
 * open for ever (grpc-js 1.14), which would be one more with every attempt. Credentials see the socket; nothing else does.
 */
export const dropOnAbort = (credentials: ChannelCredentials, signal: AbortSignal): ChannelCredentials => {
  const createConnector = credentials._createSecureConnector.bind(credentials);
  credentials._createSecureConnector = (...given) => {
    const connector = createConnector(...given);
    let connection: Socket | null = null;
    const connect = (socket: Socket) => {
      if (signal.aborted) return Promise.reject(new Error('aborted'));
      connection = socket;
      return connector.connect(socket);
    };
    const destroy = (): void => {
      if (signal.aborted) connection?.destroy();
      connector.destroy();
    };
    return { ...connector, connect, destroy };
  };
  return credentials;
};
