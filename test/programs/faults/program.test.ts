import { describe, expect, it, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { Client, runFaults, startEcho } from './running-faults.ts';

const runWithEcho = async (options: object = {}) => {
  const upstream = `127.0.0.1:${await startEcho()}`;
  return { upstream, faults: await runFaults({ upstream, ...options }) };
};

const latency = (milliseconds: number) => ({
  ...{ type: 'latency' as const, attributes: { latency: milliseconds, jitter: 0 } },
  ...{ name: 'lag', stream: 'downstream' as const, toxicity: 1 },
});

describe('each toxic works on a connection', () => {
  it('latency delays, and no more once it is gone', async () => {
    const { faults } = await runWithEcho({ toxics: [latency(200)] });
    const client = await Client.to(faults.main);
    client.send('one');
    expect(await client.receives('one')).toBeGreaterThan(180);
    await faults.call('DELETE', '/proxies/slow/toxics/lag');
    client.send('two');
    await client.receives('two');
    expect(client.text).toBe('onetwo');
  });

  it('bandwidth limits', async () => {
    const toxics = [{ type: 'bandwidth', attributes: { rate: 10 } }];
    const { faults } = await runWithEcho({ toxics });
    const client = await Client.to(faults.main);
    client.send(`${'x'.repeat(3000)}.`);
    expect(await client.receives('.')).toBeGreaterThan(250);
  });

  it('timeout closes, and nothing has come', async () => {
    const { faults } = await runWithEcho({ toxics: [{ type: 'timeout', attributes: { timeout: 50 } }] });
    const client = await Client.to(faults.main);
    client.send('x');
    expect(await client.ending).toBe('closed');
    expect(client.text).toBe('');
  });

  it('reset_peer resets', async () => {
    const { faults } = await runWithEcho({ toxics: [{ type: 'reset_peer', stream: 'upstream' }] });
    const client = await Client.to(faults.main);
    client.send('x');
    expect(await client.ending).toBe('ECONNRESET');
  });

  it('limit_data closes after its bytes, which arrive', async () => {
    const { faults } = await runWithEcho({ toxics: [{ type: 'limit_data', attributes: { bytes: 5 } }] });
    const client = await Client.to(faults.main);
    client.send('abcdefgh');
    expect(await client.ending).toBe('closed');
    expect(client.text).toBe('abcde');
  });

  it('slow_close delays the end', async () => {
    const { faults } = await runWithEcho({ toxics: [{ type: 'slow_close', attributes: { delay: 200 } }] });
    const client = await Client.to(faults.main);
    const from = performance.now();
    client.end();
    expect(await client.ending).toBe('closed');
    expect(performance.now() - from).toBeGreaterThan(180);
  });

  it('slicer cuts, and loses nothing', async () => {
    const toxics = [{ type: 'slicer', attributes: { average_size: 10, size_variation: 5, delay: 100 } }];
    const { faults } = await runWithEcho({ toxics });
    const client = await Client.to(faults.main);
    const text = Array.from({ length: 500 }, (_, index) => `${index},`).join('');
    client.send(text);
    await client.receives('499,');
    expect(client.text).toBe(text);
  });

  it('disabled refuses connections, and closes those that are open', async () => {
    const { faults } = await runWithEcho();
    const client = await Client.through(faults.main);
    await faults.call('POST', '/proxies/slow', { enabled: false });
    expect(await client.ending).toBe('closed');
    await expect(Client.to(faults.main)).rejects.toThrow('ECONNREFUSED');
    await faults.call('PATCH', '/proxies/slow', { enabled: true });
    const again = await Client.to(faults.main);
    again.send('x');
    await again.receives('x');
  });
});

test('a client of Toxiproxy makes, changes, lists and removes proxies and toxics', async () => {
  const { faults, upstream } = await runWithEcho();
  const { call } = faults;
  expect(await call('GET', '/version')).toEqual({ version: '2.12.0' });
  const made = await call('POST', '/proxies', {
    name: 'other',
    listen: '127.0.0.1:0',
    upstream,
    enabled: true,
  });
  const listen = String(made['listen']);
  expect(made).toEqual({ name: 'other', listen, upstream, enabled: true, toxics: [] });
  const client = await Client.to(Number(listen.split(':')[1]));
  client.send('x');
  await client.receives('x');
  expect(await call('POST', '/proxies/other/toxics', latency(10))).toEqual(latency(10));
  const changed = { ...latency(20), attributes: { latency: 20, jitter: 1 } };
  expect(await call('POST', '/proxies/other/toxics/lag', { attributes: changed.attributes })).toEqual(
    changed,
  );
  expect(Object.keys(await call('GET', '/proxies'))).toEqual(['slow', 'other']);
  expect(await call('GET', '/proxies/other')).toEqual({ ...made, toxics: [changed] });
  expect(await call('GET', '/proxies/other/toxics')).toEqual([changed]);
  const third = { name: 'third', listen: '127.0.0.1:0', upstream, enabled: false };
  const populated = await call('POST', '/populate', [{ name: 'other', listen, upstream }, third]);
  expect(populated).toEqual({
    proxies: [
      { ...made, toxics: [changed] },
      { ...third, toxics: [] },
    ],
  });
  await call('POST', '/reset');
  expect(Object.values(await call('GET', '/proxies'))).toMatchObject([
    { name: 'slow', enabled: true },
    { name: 'other', enabled: true, toxics: [] },
    { name: 'third', enabled: true },
  ]);
  await call('DELETE', '/proxies/other');
  expect(await client.ending).toBe('closed');
});

test('a request that is wrong gets Toxiproxy’s status and words', async () => {
  const { faults, upstream } = await runWithEcho({ toxics: [latency(1)] });
  const ask = async (method: string, path: string, body?: unknown): Promise<string> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const init = { method, ...(text === undefined ? {} : { body: text }) };
    const response = await fetch(`${faults.url}${path}`, init);
    const { error } = (await response.json()) as { readonly error: string };
    return `${response.status} ${error}`;
  };
  expect(await ask('POST', '/proxies', '{')).toMatch(/^400 bad request body: /);
  expect(await ask('POST', '/proxies', { upstream })).toBe('400 missing required field: name');
  expect(await ask('POST', '/proxies', { name: 'a' })).toBe('400 missing required field: upstream');
  expect(await ask('POST', '/proxies', { name: 'slow', upstream })).toBe('409 proxy already exists');
  expect(await ask('GET', '/proxies/a')).toBe('404 proxy not found');
  expect(await ask('DELETE', '/proxies/a')).toBe('404 proxy not found');
  expect(await ask('POST', '/populate', [{ name: 'a' }])).toBe(
    '400 missing required field: upstream at proxy 1',
  );
  const toxics = '/proxies/slow/toxics';
  expect(await ask('POST', toxics, { type: 'x' })).toBe('400 invalid toxic type');
  expect(await ask('POST', toxics, { type: 'latency', stream: 'x' })).toBe(
    '400 stream was invalid, can be either upstream or downstream',
  );
  expect(await ask('POST', toxics, { type: 'latency', name: 'lag' })).toBe('409 toxic already exists');
  expect(await ask('POST', toxics, { type: 'latency', attributes: { latency: 'x' } })).toBe(
    '400 bad request body: latency is no number',
  );
  expect(await ask('GET', `${toxics}/x`)).toBe('404 toxic not found');
  expect(await ask('PATCH', `${toxics}/x`, {})).toBe('404 toxic not found');
  const fromBrowser = { headers: { 'user-agent': 'Mozilla/5.0' } };
  expect((await fetch(`${faults.url}/proxies`, fromBrowser)).status).toBe(403);
  expect((await fetch(`${faults.url}/nothing`)).status).toBe(404);
  expect((await fetch(`${faults.url}/version`, { method: 'DELETE' })).status).toBe(405);
});

test('the admin port tells readiness, metrics, figures and configuration', async () => {
  const { faults, upstream } = await runWithEcho({ toxics: [latency(1)] });
  const client = await Client.to(faults.main);
  client.send('12345');
  await client.receives('12345');
  const page = async (path: string): Promise<string> => (await fetch(`${faults.url}${path}`)).text();
  expect(await page('/ready')).toBe('ready\n');
  expect(await page('/live')).toBe('live\n');
  const labels = `proxy="slow",listener="127.0.0.1:${faults.main}",upstream="${upstream}"`;
  const metrics = await page('/metrics');
  expect(metrics).toContain(`toxiproxy_proxy_sent_bytes_total{direction="downstream",${labels}} 5\n`);
  expect(metrics).toContain('sidecar_downstream_cx_active{proxy="slow"} 1\n');
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(JSON.parse(await page('/stats'))).toMatchObject({
    isDraining: false,
    proxies: { slow: { enabled: true, toxics: 1, connections: { open: 1, total: 1, failed: 0 } } },
  });
  expect(JSON.parse(await page('/config_dump'))).toMatchObject({ proxies: [{ name: 'slow', upstream }] });
});

test('a drain refuses new connections, and lets the others go on', async () => {
  const { faults } = await runWithEcho();
  const client = await Client.through(faults.main);
  expect((await fetch(`${faults.url}/drain`, { method: 'POST' })).status).toBe(200);
  expect((await fetch(`${faults.url}/ready`)).status).toBe(503);
  await expect(Client.to(faults.main)).rejects.toThrow('ECONNREFUSED');
  client.send('x');
  await client.receives('x');
});

test('a stop waits for a connection that ends, and not for ever for one that does not', async () => {
  const { faults } = await runWithEcho();
  const [ends, stays] = [await Client.through(faults.main), await Client.through(faults.main)];
  faults.signal('SIGTERM');
  ends.send('x');
  await ends.receives('x');
  ends.end();
  expect(await ends.ending).toBe('closed');
  expect(await stays.ending).toBe('closed');
  expect(await faults.exit).toBe(0);
});

test('other options are applied without a cut connection, and broken ones are not', async () => {
  const { faults, upstream } = await runWithEcho();
  const client = await Client.to(faults.main);
  faults.reload({ upstream, toxics: [latency(150)] });
  await eventually('the toxic to be on', () => faults.output().includes('lag (downstream, latency 150'));
  client.send('x');
  expect(await client.receives('x')).toBeGreaterThan(130);
  faults.reload({ upstream, toxics: [{ type: 'nonsense' }] });
  await eventually('a refusal', () => faults.output().includes('the options were not applied'));
  faults.reload({ upstream, toxics: [] });
  await eventually('the toxic to be off', () => faults.output().includes('slow: lag is off'));
  client.send('y');
  await client.receives('y');
  expect(client.isOpen).toBe(true);
});

test('a server that is not there closes the connection, and the log says so', async () => {
  const faults = await runFaults({ upstream: '127.0.0.1:1' });
  const client = await Client.to(faults.main);
  expect(await client.ending).toBe('closed');
  await eventually('a line about it', () => faults.output().includes('no connection to 127.0.0.1:1'));
});

test('a client that ends its side still gets the answer', async () => {
  const { faults } = await runWithEcho({ toxics: [latency(50)] });
  const client = await Client.to(faults.main);
  client.send('all of it');
  client.end();
  await client.receives('all of it');
  expect(await client.ending).toBe('closed');
});
