import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ConsulSource } from '../../../../src/programs/config-refresh/sources/consul.ts';
import { VaultSource } from '../../../../src/programs/config-refresh/sources/vault.ts';
import { eventually } from '../../../support/deadline.ts';
import { FakeConsul } from './fake-consul.ts';
import { FIELDS, read, serve } from './read.ts';

// They set the clock of the programs forward, which other files of this worker have, too, with timers of their own.
vi.hoisted(() => vi.resetModules());

afterAll(() => vi.resetModules());

describe('Consul', () => {
  const options = { prefix: false, token: null, datacenter: null, wait: 60_000 };

  it('gives a key, and its next value at once when that comes', async () => {
    const consul = await FakeConsul.start();
    const source = new ConsulSource({ ...options, url: consul.url, key: 'shop/app.json' }, FIELDS);
    expect(await read(source)).toBe("failed: there is no key 'shop/app.json'");
    const appears = read(source);
    setTimeout(() => consul.put('shop/app.json', '{"a":1}'), 20);
    expect(await appears).toEqual({ a: 1 });
    consul.put('shop/app.json', '');
    expect(await read(source)).toMatch(/^failed: Unexpected end of JSON/);
    const changes = read(source);
    setTimeout(() => consul.put('shop/app.json', '{"a":2}'), 20);
    expect(await changes).toEqual({ a: 2 });
    expect(consul.asked.map(({ search }) => search)).toEqual(
      ['?', '?index=10&wait=60000ms', '?index=11&wait=60000ms', '?index=12&wait=60000ms'].map((search) =>
        search.replace(/^\?$/, ''),
      ),
    );
  });

  it('finds the same after a wait without a change', async () => {
    const consul = await FakeConsul.start();
    consul.put('k', 'v');
    const source = new ConsulSource({ ...options, url: consul.url, key: 'k', wait: 30 }, FIELDS);
    expect([await read(source), await read(source)]).toEqual(['v', 'same']);
  });

  it('asks from the start when the index goes back', async () => {
    const consul = await FakeConsul.start();
    consul.put('k', 'v');
    const source = new ConsulSource({ ...options, url: consul.url, key: 'k' }, FIELDS);
    await read(source);
    const back = read(source);
    // Before that, it would wait for what a server with fewer indexes never has.
    await eventually('the question', () => consul.asked.length === 2);
    consul.loseIndex();
    expect(await back).toBe('v');
    await read(source);
    expect(consul.asked.at(-1)?.search).toBe('');
  });

  it('gives all keys with a prefix, with a token, of a datacenter', async () => {
    const consul = await FakeConsul.start();
    consul.token = 'secret';
    for (const [key, value] of [
      ['a b/', ''],
      ['a b/x', '1'],
      ['a b/y/z.json', '{"c":2}'],
    ] as const)
      consul.put(key, value);
    const all = { ...options, url: consul.url, key: 'a b/', prefix: true, datacenter: 'dc1' };
    expect(await read(new ConsulSource(all, FIELDS))).toBe('failed: answered with 403: Permission denied');
    expect(await read(new ConsulSource({ ...all, token: 'secret' }, FIELDS))).toEqual({
      x: '1',
      y: { z: { c: 2 } },
    });
    expect(consul.asked.at(-1)?.search).toBe('?recurse=true&dc=dc1');
    const none = new ConsulSource({ ...all, token: 'secret', key: 'none/' }, FIELDS);
    expect(await read(none)).toEqual({});
  });
});

describe('Vault', () => {
  const options = { url: null, mount: 'secret', path: 'shop/app', token: null, namespace: null };

  it('gives the newest version of a secret, for the token of the environment', async () => {
    const url = await serve((request, response) => {
      if (request.headers['x-vault-token'] !== 't0p')
        return void response.writeHead(403).end('{"errors":["permission denied"]}');
      if (request.url !== '/v1/kv/data/shop/app' || request.headers['x-vault-request'] !== 'true')
        return void response.writeHead(404).end('{"errors":[]}');
      const data = {
        data: { password: 'p&w', namespace: request.headers['x-vault-namespace'] },
        metadata: { version: 3 },
      };
      response.end(JSON.stringify({ lease_id: '', renewable: false, lease_duration: 0, data }));
    });
    const source = (more: object = {}) => new VaultSource({ ...options, mount: 'kv', ...more }, FIELDS);
    vi.stubEnv('VAULT_ADDR', '').stubEnv('VAULT_TOKEN', '');
    expect(await read(source())).toBe('failed: the variable VAULT_ADDR is not set');
    vi.stubEnv('VAULT_ADDR', `${url}/`);
    expect(await read(source())).toBe('failed: the variable VAULT_TOKEN is not set');
    vi.stubEnv('VAULT_TOKEN', 't0p');
    expect(await read(source())).toEqual({ password: 'p&w' });
    expect(await read(source({ namespace: 'team' }))).toEqual({ password: 'p&w', namespace: 'team' });
    expect(await read(source({ path: 'other' }))).toBe(
      "failed: answered with 404: there is no secret 'other', or it is deleted",
    );
    expect(await read(source({ token: 'wrong', url }))).toBe('failed: answered with 403: permission denied');
    vi.unstubAllEnvs();
  });

  it('renews its token when two thirds of its time are over, and is asked in time for that', async () => {
    vi.useFakeTimers({ toFake: ['hrtime'] });
    onTestFinished(() => void vi.useRealTimers());
    const renewals: string[] = [];
    let [status, renewable, lives] = [200, true, 60];
    const url = await serve((request, response) => {
      if (request.url !== '/v1/auth/token/renew-self')
        return void response.end(JSON.stringify({ data: { data: { a: renewals.length } } }));
      renewals.push(`${request.method} ${request.headers['x-vault-token']}`);
      response.writeHead(status).end(JSON.stringify({ auth: { renewable, lease_duration: lives } }));
    });
    const source = new VaultSource({ ...options, url, token: 't' }, FIELDS);
    const found = () => source.read(new AbortController().signal);
    expect(await found()).toEqual({ value: { a: 1 }, nextIn: 40_000 });
    vi.advanceTimersByTime(39_000);
    expect(await found()).toEqual({ value: { a: 1 }, nextIn: 1_000 });
    vi.advanceTimersByTime(1_000);
    status = 503;
    expect(await found()).toMatchObject({ value: { a: 2 }, nextIn: 1_000 });
    vi.advanceTimersByTime(1_000);
    [status, lives] = [200, 0.1];
    expect(await found()).toMatchObject({ value: { a: 3 }, nextIn: 1_000 });
    vi.advanceTimersByTime(1_000);
    renewable = false;
    expect(await found()).toEqual({ value: { a: 4 } });
    vi.advanceTimersByTime(600_000);
    expect(await found()).toEqual({ value: { a: 4 } });
    expect(new Set(renewals)).toEqual(new Set(['POST t']));
  });

  it('goes on with a token that Vault does not renew', async () => {
    let asked = 0;
    const url = await serve((request, response) => {
      if (request.method === 'POST') {
        asked += 1;
        return void response.writeHead(400).end('{"errors":["lease is not renewable"]}');
      }
      response.end(JSON.stringify({ data: { data: { a: 1 } } }));
    });
    const source = new VaultSource({ ...options, url, token: 't' }, FIELDS);
    expect([await read(source), await read(source), asked]).toEqual([{ a: 1 }, { a: 1 }, 1]);
  });

  it('is asked again when half of the time of a lease is over', async () => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ lease_duration: 20, data: { data: { a: 1 } } })),
    );
    const source = new VaultSource({ ...options, url, token: 't' }, FIELDS);
    expect(await source.read(new AbortController().signal)).toMatchObject({ nextIn: 10_000 });
  });
});
