import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { openAuthority } from '../../src/certificates/authority.ts';
import { prepareCertificates } from '../../src/certificates/bundles.ts';
import { certificatePlaces } from '../../src/model/certificate-places.ts';
import { DataFolder } from './support.ts';

type Environment = Readonly<Record<string, string>>;

const prepare = async (data: DataFolder, env: Environment, named: 'node' | 'bundle') => {
  const environment = { XDG_DATA_HOME: data.project.folder, ...env };
  const places = certificatePlaces({ env: environment, platform: 'linux', home: '/nowhere' });
  await prepareCertificates(places, (path) => path === places[named], environment, Date.now());
  return places;
};

const certificatesIn = (file: string): readonly string[] =>
  readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

const [someRoot = '', anotherRoot = ''] = rootCertificates;

describe('what children are told to trust', () => {
  test('is the CA itself for Node, which adds it to the public ones', async () => {
    await using data = await DataFolder.create();
    const { node, authority } = await prepare(data, {}, 'node');
    expect(node).toBe(authority);
    expect(new X509Certificate(readFileSync(node)).ca).toBe(true);
  });

  test("is the CA with those of the user's own NODE_EXTRA_CA_CERTS", async () => {
    await using data = await DataFolder.create();
    await data.project.write('own.pem', `# ours\n${someRoot}\n${someRoot}\n`);
    const { node } = await prepare(data, { NODE_EXTRA_CA_CERTS: data.project.path('own.pem') }, 'node');
    const { cert } = await openAuthority(data.folder, Date.now());
    expect(certificatesIn(node)).toEqual([someRoot, cert.trim()]);
    expect(statSync(node).mode & 0o777).toBe(0o644);
  });

  test('is the CA with the public ones, for variables that replace these', async () => {
    await using data = await DataFolder.create();
    const { bundle } = await prepare(data, {}, 'bundle');
    const { cert } = await openAuthority(data.folder, Date.now());
    const found = certificatesIn(bundle);
    expect(found.length).toBeGreaterThan(50);
    expect(found.at(-1)).toBe(cert.trim());
    expect(new Set(found).size).toBe(found.length);
  });

  test("has what the user's own variables name", async () => {
    await using data = await DataFolder.create();
    await data.project.write('a.pem', someRoot);
    await data.project.write('b.pem', anotherRoot);
    const env = {
      REQUESTS_CA_BUNDLE: data.project.path('a.pem'),
      CURL_CA_BUNDLE: data.project.path('b.pem'),
    };
    const { bundle } = await prepare(data, env, 'bundle');
    expect(certificatesIn(bundle)).toEqual(expect.arrayContaining([someRoot, anotherRoot]));
    expect((await prepare(data, {}, 'bundle')).bundle).not.toBe(bundle);
  });

  test('is not written again if it is the same, which others may be reading', async () => {
    await using data = await DataFolder.create();
    const { bundle } = await prepare(data, {}, 'bundle');
    const { ino } = statSync(bundle);
    await prepare(data, {}, 'bundle');
    expect(statSync(bundle).ino).toBe(ino);
  });

  test('never loses a file of the user in silence', async () => {
    await using data = await DataFolder.create();
    await expect(prepare(data, { NODE_EXTRA_CA_CERTS: '/nowhere/own.pem' }, 'node')).rejects.toThrow(
      'NODE_EXTRA_CA_CERTS names /nowhere/own.pem, which cannot be read (ENOENT)',
    );
  });
});
