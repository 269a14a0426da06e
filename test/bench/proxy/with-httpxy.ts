// usage: node with-httpxy.ts PORT UPSTREAM-PORT [CERT KEY]
import { readFileSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createProxyServer } from 'httpxy';

const [port, upstream, cert = '', key = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const proxy = createProxyServer({ target: `http://127.0.0.1:${upstream}`, agent });
const listener: Parameters<typeof createServer>[1] = (request, response) =>
  void proxy.web(request, response).catch(() => response.destroy());
const server =
  cert === ''
    ? createServer(listener)
    : createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener);
server.keepAliveTimeout = 0;
server.listen(Number(port), '127.0.0.1', 4_096);
