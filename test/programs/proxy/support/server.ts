import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

const portOf = async (server: Server, port = 0): Promise<number> => {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};

/** A server of Node's that does not outlive the test. */
export const httpServer = async (
  onRequest: RequestListener,
  prepare: (server: HttpServer) => void = () => undefined,
  port = 0,
): Promise<number> => {
  const server = createHttpServer(onRequest);
  prepare(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server, port);
};

/** A server of bytes that does not outlive the test. */
export const byteServer = async (serve: (socket: Socket) => void, port = 0): Promise<number> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return portOf(server, port);
};
