import { Toxiproxy, ToxiproxyError } from 'toxiproxy-node-client';
import { expect, test } from 'vitest';
import { Client, runFaults, startEcho } from './running-faults.ts';

const connectClient = async () => {
  const upstream = `127.0.0.1:${await startEcho()}`;
  const faults = await runFaults({ upstream });
  return { faults, upstream, toxiproxy: new Toxiproxy(faults.url) };
};

const portOf = (proxy: { readonly listen: string }): number => Number(proxy.listen.split(':')[1]);

const isEchoed = async (port: number): Promise<number> => {
  const client = await Client.to(port);
  client.send('x');
  return client.receives('x');
};

/** Each type with its attributes, and a change of them. */
const TOXICS = [
  ['latency', { latency: 20, jitter: 1 }, { latency: 30 }],
  ['bandwidth', { rate: 100 }, { rate: 0 }],
  ['slow_close', { delay: 20 }, { delay: 30 }],
  ['timeout', { timeout: 20 }, { timeout: 0 }],
  ['slicer', { average_size: 10, size_variation: 5, delay: 1 }, { delay: 2 }],
  ['limit_data', { bytes: 20 }, { bytes: 30 }],
  ['reset_peer', { timeout: 20 }, { timeout: 30 }],
] as const;

test('toxiproxy-node-client adds, finds, changes and removes every type of toxic', async () => {
  const { toxiproxy } = await connectClient();
  const proxy = await toxiproxy.get('slow');
  for (const [type, attributes, changed] of TOXICS) {
    const body = { name: 'fault', type, stream: 'upstream', toxicity: 0.5, attributes } as const;
    const toxic = await proxy.addToxic<object>(body);
    expect(toxic.toJson()).toEqual(body);
    const after = { ...body, toxicity: 1, attributes: { ...attributes, ...changed } };
    expect((await toxic.update(after)).toJson()).toEqual(after);
    expect((await proxy.getToxic('fault')).toJson()).toEqual(after);
    await toxic.remove();
    await expect(proxy.getToxic('fault'), type).rejects.toThrow('404');
  }
});

test('a toxic of toxiproxy-node-client works on connections until the client removes it', async () => {
  const { faults, toxiproxy } = await connectClient();
  const proxy = await toxiproxy.get('slow');
  const body = { name: 'lag', type: 'latency', stream: 'downstream', toxicity: 1 } as const;
  const toxic = await proxy.addToxic({ ...body, attributes: { latency: 200, jitter: 0 } });
  expect(await isEchoed(faults.main)).toBeGreaterThan(180);
  await toxic.remove();
  const { toxics } = (await faults.call('GET', '/proxies/slow')) as { toxics: unknown };
  expect(toxics).toEqual([]);
});

test('toxiproxy-node-client makes proxies, disables, enables, lists and removes them', async () => {
  const { toxiproxy, upstream } = await connectClient();
  expect(JSON.parse(await toxiproxy.getVersion())).toEqual({ version: '2.12.0' });
  const made = await toxiproxy.createProxy({ name: 'made', listen: '127.0.0.1:0', upstream });
  await isEchoed(portOf(made));
  const { listen } = made;
  expect((await made.update({ enabled: false, listen, upstream })).enabled).toBe(false);
  await expect(Client.to(portOf(made))).rejects.toThrow('ECONNREFUSED');
  expect((await made.update({ enabled: true, listen, upstream })).enabled).toBe(true);
  await isEchoed(portOf(made));
  await toxiproxy.populate([{ name: 'other', listen: 'localhost:0', upstream }]);
  expect(Object.keys(await toxiproxy.getAll())).toEqual(['slow', 'made', 'other']);
  await made.remove();
  await expect(toxiproxy.get('made')).rejects.toThrow(ToxiproxyError);
});

test('the reset of toxiproxy-node-client enables every proxy and removes every toxic', async () => {
  const { faults, toxiproxy, upstream } = await connectClient();
  const proxy = await toxiproxy.get('slow');
  const body = { name: 'cut', type: 'reset_peer', stream: 'downstream', toxicity: 1 } as const;
  await proxy.addToxic({ ...body, attributes: { timeout: 0 } });
  await proxy.update({ enabled: false, listen: proxy.listen, upstream });
  await toxiproxy.reset();
  await isEchoed(faults.main);
  await expect(proxy.getToxic('cut')).rejects.toThrow('404');
});
