import { expect, it } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { freePort } from '../../../support/free-port.ts';
import { proxyHere } from '../support/proxy-here.ts';
import { clusterOptions, proxyOptions } from '../support/proxy-options.ts';
import { byteServer, httpServer } from '../support/server.ts';

it('a request that waits when its cluster is replaced gets its answer when its app is up', async () => {
  const port = await freePort();
  const options = proxyOptions(port);
  const { proxy, stats, port: at } = await proxyHere(options);
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${at}/`)).text();
  const asked = ask();
  await eventually('a request that waits', () => stats().includes('"waiting":1'));
  const other = await httpServer((_, response) => void response.end('another'));
  await proxy.apply({ ...options, clusters: { web: clusterOptions([other]) } });
  expect(await ask()).toBe('another');
  await httpServer((_, response) => void response.end('up again'), undefined, port);
  expect(await asked).toBe('up again');
});

it('a response that breaks off counts for the health of its endpoint', async () => {
  const app = await byteServer((socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf')),
  );
  const passive = { ...clusterOptions([]).passive, consecutive5XxErrors: 1, maxEjectionPercent: 100 };
  const clusters = { web: clusterOptions([app], { passive: passive as never }) };
  const { stats, port } = await proxyHere(proxyOptions(app, { clusters }));
  const response = await fetch(`http://127.0.0.1:${port}/`);
  await expect(response.text()).rejects.toThrow();
  expect(stats()).toContain('"ejected":true');
});
