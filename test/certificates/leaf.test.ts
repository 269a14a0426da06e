import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openAuthority } from '../../src/certificates/authority.ts';
import { type LeafRequest, openLeaf } from '../../src/certificates/leaf.ts';
import { isInstalled } from '../support/installed.ts';
import { DAY, DataFolder, outputOf } from './support.ts';

const EDGE: LeafRequest = { pod: 'shop', process: 'edge', names: [] };
const now = Date.now();

describe('a certificate of the local CA', () => {
  test('has the names of its process, for 90 days, for servers and clients', async () => {
    await using data = await DataFolder.create();
    const { certificate } = await openLeaf(data.folder, { ...EDGE, names: ['shop.test', '127.0.0.2'] }, now);
    expect(certificate.subjectAltName?.split(', ')).toEqual([
      'DNS:edge.shop.localhost',
      'DNS:localhost',
      'DNS:shop.test',
      'IP Address:127.0.0.1',
      'IP Address:0:0:0:0:0:0:0:1',
      'IP Address:127.0.0.2',
      'URI:spiffe://shop/edge',
    ]);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(certificate.validFromDate.getTime()).toBeLessThan(now - DAY / 48);
    expect(Math.round((certificate.validToDate.getTime() - now) / DAY)).toBe(90);
    expect(certificate.verify((await openAuthority(data.folder, now)).certificate.publicKey)).toBe(true);
  });

  test.runIf(isInstalled('openssl'))('passes the strict checks of OpenSSL', async () => {
    await using data = await DataFolder.create();
    const { file } = await openLeaf(data.folder, EDGE, now);
    const authority = data.path('ca', 'ca.crt');
    for (const purpose of ['sslserver', 'sslclient']) {
      const args = ['verify', '-x509_strict', '-purpose', purpose, '-CAfile', authority, file];
      expect(await outputOf('openssl', args)).toBe(`${file}: OK\n`);
    }
  });

  test('is kept for this user alone, and used again until seven days before its end', async () => {
    await using data = await DataFolder.create();
    const first = await openLeaf(data.folder, EDGE, now);
    expect(first.file).toBe(data.path('leaves', 'shop', 'edge.pem'));
    expect((statSync(first.file).mode & 0o777).toString(8)).toBe('600');
    expect((await openLeaf(data.folder, EDGE, now + 82 * DAY)).cert).toBe(first.cert);
    const second = await openLeaf(data.folder, EDGE, now + 83.1 * DAY);
    expect(second.cert).not.toBe(first.cert);
    expect(readFileSync(first.file, 'utf8')).toBe(`${second.key}${second.cert}`);
    expect(readdirSync(data.path('leaves', 'shop'))).toEqual(['edge.pem']);
  });

  const renewedAfter = async (
    change: (data: DataFolder, file: string) => void | Promise<void>,
    next: Partial<LeafRequest> = {},
    at = now,
  ): Promise<boolean> => {
    await using data = await DataFolder.create();
    const first = await openLeaf(data.folder, EDGE, now);
    await change(data, first.file);
    const second = await openLeaf(data.folder, { ...EDGE, ...next }, at);
    expect((statSync(second.file).mode & 0o777).toString(8)).toBe('600');
    return second.cert !== first.cert;
  };

  test('is made anew for other names, another CA and a damaged file', async () => {
    expect(await renewedAfter(() => undefined)).toBe(false);
    expect(await renewedAfter(() => undefined, { names: ['a.test'] })).toBe(true);
    expect(await renewedAfter((data) => data.project.write('sidecarctl/leaves/shop/edge.pem', ''))).toBe(
      true,
    );
    expect(
      await renewedAfter((data) => {
        for (const name of ['ca.crt', 'ca.key']) unlinkSync(data.path('ca', name));
      }),
    ).toBe(true);
  });

  test('is made anew if others may have read its key, or may have put it there', async () => {
    expect(await renewedAfter((_, file) => chmodSync(file, 0o644))).toBe(true);
    expect(
      await renewedAfter((_, file) => {
        writeFileSync(`${file}.real`, readFileSync(file), { mode: 0o600 });
        unlinkSync(file);
        symlinkSync(`${file}.real`, file);
      }),
    ).toBe(true);
  });

  test('does not outlive its CA', async () => {
    await using data = await DataFolder.create();
    const { certificate } = await openAuthority(data.folder, now);
    const leaf = await openLeaf(data.folder, EDGE, now + 3649 * DAY);
    expect(leaf.certificate.validTo).toBe(certificate.validTo);
    expect((await openLeaf(data.folder, EDGE, now + 3650 * DAY)).cert).toBe(leaf.cert);
  });

  test('is refused for a name of somewhere else', async () => {
    await using data = await DataFolder.create();
    const opening = openLeaf(data.folder, { ...EDGE, names: ['shop.test', 'example.com', '10.0.0.1'] }, now);
    await expect(opening).rejects.toThrow(
      'the local CA vouches only for localhost, *.localhost, *.test, *.internal and loopback addresses, and not for ' +
        'example.com, 10.0.0.1: use a certificate of your own for them (cert, key)',
    );
  });

  test('has names of the net also for a pod that is named like a folder', async () => {
    await using data = await DataFolder.create();
    const { certificate, file } = await openLeaf(
      data.folder,
      { pod: '../My Shop!', process: 'edge-2', names: [] },
      now,
    );
    expect(certificate.subjectAltName).toContain('DNS:edge-2.my-shop.localhost, ');
    expect(certificate.subjectAltName).toMatch(/URI:spiffe:\/\/my-shop\/edge-2$/);
    expect(file).toBe(data.path('leaves', 'my-shop', 'edge-2.pem'));
  });
});
