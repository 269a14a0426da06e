import { describe, expect, it, onTestFinished, test } from 'vitest';
import { outputOf } from '../../../certificates/support.ts';
import { freePort } from '../../../support/free-port.ts';
import { isInstalled } from '../../../support/installed.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import type { ProxyProcess } from '../support/proxy-process.ts';
import { RawClient } from '../support/raw-client.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';
import { TlsRig } from '../tls/support.ts';

/** A forward proxy with a policy for `http://pay.test`, which nobody could resolve. */
const forwardProxy = async (pay: number): Promise<ProxyProcess> => {
  const host = (value: string) => ({
    ...{ path: null, queryParams: [], method: null },
    headers: [{ type: 'Exact' as const, name: 'host', value }],
  });
  const routes = [
    routeOptions({
      matches: [host('pay.test'), host('pay.test:8080')],
      requestHeaders: { set: { 'x-policy': 'yes' }, add: {}, remove: [] },
    }),
  ];
  return runProxy(
    proxyOptions(pay, {
      listeners: [listenerOptions({ kind: 'forward', routes, forwarded: 'none' })],
      clusters: { web: clusterOptions([pay]) },
    }),
  );
};

const told = (): Promise<number> =>
  httpServer((request, response) =>
    response.end(`${request.url} ${request.headers.host} ${request.headers['x-policy'] ?? 'no'}`),
  );

describe('a forward proxy gives the policies of an upstream to', () => {
  it('a request with its URL, whatever its Host says', async () => {
    const proxy = await forwardProxy(await told());
    const client = await RawClient.to(proxy.port);
    client.send('GET http://pay.test/a?b HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n');
    await client.ending;
    expect(client.text).toContain('/a?b pay.test yes');
  });

  it.each(['pay.test:80', 'pay.test:8080'])('HTTP inside of a CONNECT to %s', async (authority) => {
    const proxy = await forwardProxy(await told());
    const client = await RawClient.to(proxy.port);
    client.send(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
    await client.receives('200 ');
    const host = authority.replace(/:80$/, '');
    for (const path of ['/one', '/two']) {
      client.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      await client.receives(`${path} ${host} yes`);
    }
  });

  it('requests of Node with its variables for proxies, by fetch and by http', async () => {
    const proxy = await forwardProxy(await told());
    const script = `
      const text = await (await fetch('http://pay.test/fetch')).text();
      const { get } = await import('node:http');
      get('http://pay.test/get', (response) => response.on('data', (data) => console.log(text + ', ' + data)));`;
    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NODE_USE_ENV_PROXY: '1' };
    const output = await outputOf(process.execPath, ['--input-type=module', '-e', script], env);
    expect(output).toContain('/fetch pay.test yes, /get pay.test yes');
  });
});

describe('a forward proxy sends straight on', () => {
  it('a request for a host without policies', async () => {
    const [proxy, other] = [await forwardProxy(await freePort()), await told()];
    const client = await RawClient.to(proxy.port);
    client.send(`GET http://127.0.0.1:${other}/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await client.ending;
    expect(client.text).toContain(`/a 127.0.0.1:${other} no`);
  });

  test.runIf(isInstalled('curl'))('a tunnel for TLS, in which it reads nothing', async () => {
    const rig = await TlsRig.create();
    onTestFinished(() => rig[Symbol.asyncDispose]());
    await rig.listen();
    const proxy = await forwardProxy(await freePort());
    const through = ['-x', `http://127.0.0.1:${proxy.port}`, '--cacert', rig.authority];
    const output = await outputOf('curl', ['-sS', ...through, `https://127.0.0.1:${rig.port}/`]);
    expect(output).toBe('hello\n');
  });

  it('nothing where nobody answers, and says so', async () => {
    const [proxy, nobody] = [await forwardProxy(await freePort()), await freePort()];
    for (const request of [`CONNECT 127.0.0.1:${nobody}`, `GET http://127.0.0.1:${nobody}/`]) {
      const client = await RawClient.to(proxy.port);
      client.send(`${request} HTTP/1.1\r\nHost: 127.0.0.1:${nobody}\r\nConnection: close\r\n\r\n`);
      expect(await client.ending).toBe('closed');
      expect(client.text).toMatch(/^HTTP\/1.1 503 /);
      expect(client.text).toContain(`edge: 127.0.0.1:${nobody} does not answer`);
    }
  });

  it('nothing that names no address', async () => {
    const proxy = await forwardProxy(await freePort());
    const client = await RawClient.to(proxy.port);
    client.send('CONNECT nowhere HTTP/1.1\r\nHost: nowhere\r\n\r\n');
    expect(await client.ending).toBe('closed');
    expect(client.text).toMatch(/^HTTP\/1.1 400 /);
  });
});
