import { describe, expect, it } from 'vitest';
import { EtcdSource } from '../../../../src/programs/config-refresh/sources/etcd.ts';
import { isInstalled } from '../../../support/installed.ts';
import { FIELDS, read, serve } from './read.ts';
import { Etcd } from './start-etcd.ts';

const DEFAULTS = { prefix: false, username: null, password: null };

describe.skipIf(!isInstalled('etcd'))('etcd', () => {
  it('gives a key, and its next value at once when that comes', async () => {
    const etcd = await Etcd.start();
    const source = new EtcdSource({ ...DEFAULTS, url: etcd.url, key: 'app.json' }, FIELDS);
    expect(await read(source)).toBe("failed: there is no key 'app.json'");
    const appears = read(source);
    await etcd.put('app.json', '{"a":1}');
    expect(await appears).toEqual({ a: 1 });
    const changes = read(source);
    await etcd.put('other', 'x');
    await etcd.put('app.json', '{"a":2}');
    expect(await changes).toEqual({ a: 2 });
    // What comes between two reads is not lost.
    await etcd.put('app.json', '{"a":3}');
    expect(await read(source)).toEqual({ a: 3 });
    await etcd.put('app.json', '{');
    expect(await read(source)).toMatch(/^failed: Expected property name/);
    const repaired = read(source);
    await etcd.put('app.json', '{"a":4}');
    expect(await repaired).toEqual({ a: 4 });
  });

  it('gives all keys with a prefix, nested at each slash', async () => {
    const etcd = await Etcd.start();
    const source = new EtcdSource({ ...DEFAULTS, url: etcd.url, key: 'shop/', prefix: true }, FIELDS);
    expect(await read(source)).toEqual({});
    await etcd.put('shop/db/host', 'h');
    await etcd.put('shop/flags.json', '[1]');
    await etcd.put('shoq', 'x');
    expect(await read(source)).toEqual({ db: { host: 'h' }, flags: [1] });
    const removed = read(source);
    await etcd.remove('shop/db/host');
    expect(await removed).toEqual({ flags: [1] });
  });

  it('goes on after a compaction of what it has not seen, a restart, and an outage', async () => {
    const etcd = await Etcd.start();
    const source = new EtcdSource({ ...DEFAULTS, url: etcd.url, key: 'k' }, FIELDS);
    await etcd.put('k', '1');
    expect(await read(source)).toBe('1');
    await etcd.put('k', '2');
    const revision = await etcd.put('k', '3');
    await etcd.call('kv/compaction', { revision: String(revision), physical: true });
    expect(await read(source)).toBe('3');
    const cut = read(source);
    await etcd.stop();
    expect(await cut).toMatch(/^failed: /);
    expect(await read(source)).toMatch(/^failed: /);
    await etcd.start();
    expect(await read(source)).toBe('3');
    const changes = read(source);
    await etcd.put('k', '4');
    expect(await changes).toBe('4');
  });

  it('stops to wait when it is told to', async () => {
    const etcd = await Etcd.start();
    await etcd.put('k', '1');
    const source = new EtcdSource({ ...DEFAULTS, url: etcd.url, key: 'k' }, FIELDS);
    await read(source);
    const end = new AbortController();
    const waiting = read(source, end.signal);
    end.abort();
    expect(await waiting).toMatch(/^failed: /);
  });

  it('is asked as a user, and again with another token when the first is worth nothing any more', async () => {
    const etcd = await Etcd.start();
    await etcd.put('k', '1');
    await etcd.call('auth/user/add', { name: 'root', password: 'pw' });
    await etcd.call('auth/user/grant', { user: 'root', role: 'root' });
    await etcd.call('auth/enable', {});
    const options = { ...DEFAULTS, url: etcd.url, key: 'k' };
    expect(await read(new EtcdSource(options, FIELDS))).toMatch(
      /^failed: answered with 400: .*user name is empty/,
    );
    const wrong = new EtcdSource({ ...options, username: 'root', password: 'x' }, FIELDS);
    expect(await read(wrong)).toMatch(/^failed: answered with 400: .*authentication failed/);
    const source = new EtcdSource({ ...options, username: 'root', password: 'pw' }, FIELDS);
    expect(await read(source)).toBe('1');
    // Simple tokens live in the memory of the server.
    await etcd.stop();
    await read(source);
    await etcd.start();
    let found: unknown = 'failed';
    for (let attempt = 0; attempt < 3 && found !== '1'; attempt++) found = await read(source);
    expect(found).toBe('1');
  });
});

it('what is no etcd is told', async () => {
  const url = await serve((_request, response) => response.end('hello'));
  expect(await read(new EtcdSource({ ...DEFAULTS, url, key: 'k' }, FIELDS))).toMatch(
    /^failed: .*not valid JSON/,
  );
});
