// usage: node with-http-proxy.ts PORT UPSTREAM-PORT [CERT KEY]
import { readFileSync } from 'node:fs';
import { Agent, createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createRequire } from 'node:module';

/** It has no types of its own. */
interface HttpProxy {
  readonly createProxyServer: (options: object) => {
    readonly web: (request: object, response: object, options: object, failed: () => void) => void;
  };
}

const { createProxyServer } = createRequire(import.meta.url)('http-proxy') as HttpProxy;
const [port, upstream, cert = '', key = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const proxy = createProxyServer({ target: `http://127.0.0.1:${upstream}`, agent });
const listener: Parameters<typeof createServer>[1] = (request, response) =>
  proxy.web(request, response, {}, () => response.destroy());
const server =
  cert === ''
    ? createServer(listener)
    : createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }, listener);
server.keepAliveTimeout = 0;
server.listen(Number(port), '127.0.0.1', 4_096);
