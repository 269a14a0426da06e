import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsulSource } from '../../../../src/programs/config-refresh/sources/consul.ts';
import { DirSource } from '../../../../src/programs/config-refresh/sources/dir.ts';
import { EtcdSource } from '../../../../src/programs/config-refresh/sources/etcd.ts';
import { GitSource } from '../../../../src/programs/config-refresh/sources/git.ts';
import { VaultSource } from '../../../../src/programs/config-refresh/sources/vault.ts';
import { isInstalled } from '../../../support/installed.ts';
import { FIELDS, makeFolder, read, serve } from './read.ts';

const ETCD = { username: null, password: null };
const CONSUL = { token: null, datacenter: null, wait: 60_000 };
const VAULT = { mount: 'secret', path: 'p', token: 't', namespace: null };

const encoded = (text: string): string => Buffer.from(text).toString('base64');

describe('parse, whatever the end of a name says,', () => {
  const fields = { ...FIELDS, parse: 'text' } as const;

  it('counts for the files of a folder', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'a.json'), '{}');
    expect(await read(new DirSource(folder, fields))).toEqual({ a: '{}' });
  });

  it('counts for a key of etcd, and for all with a prefix', async () => {
    const kvs = [{ key: encoded('a/b.json'), value: encoded('{}') }];
    const url = await serve((_, response) =>
      response.end(JSON.stringify({ header: { revision: '1' }, kvs })),
    );
    expect(await read(new EtcdSource({ ...ETCD, url, key: 'a/b.json', prefix: false }, fields))).toBe('{}');
    expect(await read(new EtcdSource({ ...ETCD, url, key: 'a/', prefix: true }, fields))).toEqual({
      b: '{}',
    });
  });

  it('counts for a key of Consul, and for all with a prefix', async () => {
    const url = await serve((_, response) =>
      response.end(JSON.stringify([{ Key: 'a/b.json', Value: encoded('{}') }])),
    );
    expect(await read(new ConsulSource({ ...CONSUL, url, key: 'a/b.json', prefix: false }, fields))).toBe(
      '{}',
    );
    expect(await read(new ConsulSource({ ...CONSUL, url, key: 'a/', prefix: true }, fields))).toEqual({
      b: '{}',
    });
  });

  it.skipIf(!isInstalled('git'))('counts for a file and a folder of a repository', async () => {
    const url = makeFolder();
    writeFileSync(join(url, 'a.json'), '{}');
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    for (const args of [['init'], ['add', '.'], ['commit', '-m', 'x']])
      execFileSync('git', [...identity, ...args], { cwd: url, stdio: 'ignore' });
    const found = (path: string) =>
      read(new GitSource({ url, ref: 'HEAD', path }, join(makeFolder(), 's'), fields));
    expect([await found('a.json'), await found('.')]).toEqual(['{}', { a: '{}' }]);
  });
});

describe('timeout', () => {
  const fields = { ...FIELDS, timeout: 200 };
  const silent = () => serve(() => undefined);

  it('ends an attempt at etcd, Consul and Vault', async () => {
    const url = await silent();
    const sources = [
      new EtcdSource({ ...ETCD, url, key: 'k', prefix: false }, fields),
      new ConsulSource({ ...CONSUL, url, key: 'k', prefix: false }, fields),
      new VaultSource({ ...VAULT, url }, fields),
    ];
    const failed = 'failed: no answer within 200 ms';
    expect(await Promise.all(sources.map((source) => read(source)))).toEqual([failed, failed, failed]);
  });

  it('begins for Consul after the time that a question waits', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      const answer = () => response.setHeader('x-consul-index', 7).end('[{"Key":"k","Value":null}]');
      if (asked === 1) answer();
      else setTimeout(answer, 1_300);
    });
    const source = new ConsulSource(
      { ...CONSUL, url, key: 'k', prefix: false },
      { ...FIELDS, timeout: 1_000 },
    );
    expect([await read(source), await read(source)]).toEqual(['', 'same']);
  });

  it.skipIf(!isInstalled('git'))('ends an attempt at a repository', async () => {
    const git = { url: `${await silent()}/x`, ref: 'HEAD', path: 'a' };
    // There is time to start git.
    const source = new GitSource(git, join(makeFolder(), 's'), { ...FIELDS, timeout: 1_000 });
    expect(await read(source)).toMatch(/^failed: git \w+ took longer than 1000 ms$/);
  });
});
