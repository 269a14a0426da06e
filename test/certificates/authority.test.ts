import { X509Certificate } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { findAuthority, openAuthority } from '../../src/certificates/authority.ts';
import { issueAuthority, issueLeaf } from '../../src/certificates/issue.ts';
import { isInstalled } from '../support/installed.ts';
import { DAY, DataFolder, outputOf } from './support.ts';

const bits = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe("a user's CA", () => {
  test('is made at its first use, for this user alone, and found again', async () => {
    await using data = await DataFolder.create();
    expect(findAuthority(data.folder, Date.now())).toBeNull();
    const made = await openAuthority(data.folder, Date.now());
    expect([data.path('ca'), data.path('ca', 'ca.key'), made.file].map(bits)).toEqual(['700', '600', '600']);
    expect(readdirSync(data.folder)).toEqual(['ca']);
    expect((await openAuthority(data.folder, Date.now())).cert).toBe(made.cert);
    const { ca, validToDate, publicKey } = made.certificate;
    expect({ ca, curve: publicKey.asymmetricKeyDetails?.namedCurve }).toEqual({
      ca: true,
      curve: 'prime256v1',
    });
    expect(Math.round((validToDate.getTime() - Date.now()) / DAY)).toBe(3652);
  });

  test('is one, also if several processes begin at the same time', async () => {
    await using data = await DataFolder.create();
    const script = `
      const { openAuthority } = await import(${JSON.stringify(new URL('../../src/certificates/authority.ts', import.meta.url).href)});
      const { fingerprint256 } = (await openAuthority(${JSON.stringify(data.folder)}, Date.now())).certificate;
      console.log(fingerprint256);`;
    const found = await Promise.all(
      [1, 2, 3].map(() => outputOf(process.execPath, ['--input-type=module', '-e', script])),
    );
    const { certificate } = await openAuthority(data.folder, Date.now());
    expect(found).toEqual([1, 2, 3].map(() => `${certificate.fingerprint256}\n`));
    expect(readdirSync(data.folder)).toEqual(['ca']);
  });

  test('that was made meanwhile is not replaced', async () => {
    await using data = await DataFolder.create();
    const made = await Promise.all([1, 2, 3].map(() => openAuthority(data.folder, Date.now())));
    expect(new Set(made.map(({ cert }) => cert)).size).toBe(1);
  });

  test('may be made in the empty folder that a failure has left', async () => {
    await using data = await DataFolder.create();
    mkdirSync(data.path('ca'), { recursive: true });
    expect((await openAuthority(data.folder, Date.now())).certificate.ca).toBe(true);
  });

  describe('that cannot be used is told, with what to do, and not replaced:', () => {
    const refusal = async (
      spoil: (data: DataFolder) => void | Promise<void>,
      at = Date.now(),
    ): Promise<string> => {
      await using data = await DataFolder.create();
      await openAuthority(data.folder, Date.now());
      await spoil(data);
      const before = readdirSync(data.path('ca'));
      const { message } = await openAuthority(data.folder, at).then(
        () => ({ message: 'it was opened' }),
        (error: Error) => error,
      );
      expect(readdirSync(data.path('ca'))).toEqual(before);
      return message.replaceAll(data.folder, '…');
    };

    const advice =
      ", so the local CA cannot be used. Put that right, or run 'sidecarctl untrust' and move …/ca away: the next start" +
      " makes a new CA, for 'sidecarctl trust'";

    test('half of it is missing', async () => {
      expect(await refusal((data) => rmSync(data.path('ca', 'ca.key')))).toBe(
        `…/ca/ca.key is missing${advice}`,
      );
      expect(await refusal((data) => rmSync(data.path('ca', 'ca.crt')))).toBe(
        `…/ca/ca.crt is missing${advice}`,
      );
    });

    test('it is damaged, or of another one', async () => {
      const write = (name: string, text: string) => (data: DataFolder) =>
        writeFileSync(data.path('ca', name), text);
      expect(await refusal(write('ca.crt', ''))).toBe(`…/ca/ca.crt is damaged${advice}`);
      expect(await refusal(write('ca.key', 'no key'))).toBe(`…/ca/ca.key is damaged${advice}`);
      const validity = { notBefore: new Date(), notAfter: new Date(Date.now() + DAY) };
      const other = await issueAuthority('another', validity);
      expect(await refusal(write('ca.key', other.key))).toContain(
        'ca.key does not belong to ca.crt beside it',
      );
      const leaf = await issueLeaf(other, { dns: ['a.test'], ip: [], uri: 'spiffe://a/b' }, validity);
      expect(await refusal(write('ca.crt', leaf.cert))).toContain('is not the certificate of a CA');
    });

    test('others can read its key, or write its files or its folder', async () => {
      expect(await refusal((data) => chmodSync(data.path('ca', 'ca.key'), 0o640))).toContain(
        'ca.key can be read by others (mode 640)',
      );
      expect(await refusal((data) => chmodSync(data.path('ca', 'ca.crt'), 0o666))).toContain(
        'ca.crt can be written by others (mode 666)',
      );
      expect(await refusal((data) => chmodSync(data.path('ca'), 0o777))).toContain(
        '…/ca can be written by others',
      );
    });

    test('it is a symlink, or in a folder that is one', async () => {
      const link = (path: string): void => {
        renameSync(path, `${path}.real`);
        symlinkSync(`${path}.real`, path);
      };
      expect(await refusal((data) => link(data.path('ca', 'ca.key')))).toContain('ca.key is a symlink');
      expect(await refusal((data) => link(data.path('ca')))).toContain('…/ca is a symlink to …/ca.real');
      expect(await refusal((data) => link(data.folder))).toContain('… is a symlink to ….real');
    });

    test('something else stands in its place', async () => {
      expect(
        await refusal((data) => {
          rmSync(data.path('ca', 'ca.key'));
          mkdirSync(data.path('ca', 'ca.key'));
        }),
      ).toContain('ca.key is not a file');
    });

    test.runIf(process.getuid?.() === 0)('it belongs to another user', async () => {
      expect(await refusal((data) => chownSync(data.path('ca', 'ca.key'), 12_345, 0))).toContain(
        'ca.key belongs to another user (uid 12345)',
      );
      expect(await refusal((data) => chownSync(data.path('ca'), 12_345, 0))).toContain(
        '…/ca belongs to another user (uid 12345)',
      );
    });

    test('it has expired, or the clock is wrong', async () => {
      expect(await refusal(() => undefined, Date.now() + 3700 * DAY)).toMatch(
        /ca\.crt expired on \d{4}-\d\d-\d\d, so/,
      );
      expect(await refusal(() => undefined, Date.now() - DAY)).toMatch(
        /not valid before .*clock of this machine right/,
      );
    });
  });

  test('that cannot be made says where', async () => {
    await using data = await DataFolder.create();
    await data.project.write('sidecarctl', 'a file');
    await expect(openAuthority(data.folder, Date.now())).rejects.toThrow(`${data.folder} is not a folder`);
  });

  test.runIf(isInstalled('openssl'))('vouches for names of this machine only', async () => {
    await using data = await DataFolder.create();
    const authority = await openAuthority(data.folder, Date.now());
    const validity = { notBefore: new Date(Date.now() - DAY / 24), notAfter: new Date(Date.now() + DAY) };
    const verify = async (dns: string, ip = '127.0.0.1'): Promise<string> => {
      const { cert } = await issueLeaf(authority, { dns: [dns], ip: [ip], uri: 'spiffe://a/b' }, validity);
      writeFileSync(data.path('leaf.crt'), cert);
      return outputOf('openssl', [
        'verify',
        '-x509_strict',
        '-CAfile',
        authority.file,
        data.path('leaf.crt'),
      ]);
    };
    for (const name of ['localhost', 'edge.shop.localhost', 'shop.test', '*.shop.internal'])
      expect(await verify(name)).toMatch(/: OK$/m);
    expect(await verify('localhost', '::1')).toMatch(/: OK$/m);
    for (const name of ['example.com', 'test.example.com', 'nottest'])
      expect(await verify(name)).toContain('error 47 at 0 depth lookup: permitted subtree violation');
    expect(await verify('localhost', '10.0.0.1')).toContain('error 47');
  });

  test('shows its owner in its name', async () => {
    await using data = await DataFolder.create();
    const { cert } = await openAuthority(data.folder, Date.now());
    expect(new X509Certificate(cert).subject).toMatch(/^O=sidecarctl\nCN=sidecarctl CA of \S+@\S+$/);
  });
});
