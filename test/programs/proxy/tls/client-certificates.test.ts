import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { serverTlsOptions } from '../support/proxy-options.ts';
import { TlsRig } from './support.ts';

const pair = ({ cert, key }: { cert: string; key: string }) => ({
  cert: readFileSync(cert, 'utf8'),
  key: readFileSync(key, 'utf8'),
});

const VERSIONS = ['TLSv1.2', 'TLSv1.3'] as const;

describe.each(VERSIONS)('with mutual TLS over %s', (version) => {
  const versions = { minVersion: version, maxVersion: version };

  test('a client needs a certificate of the local CA', async () => {
    await using rig = await TlsRig.create();
    await rig.listen({ clientAuth: 'require' });
    const other = await rig.otherAuthority('other');
    const see = async (files: { cert: string; key: string } | null) =>
      rig.see({ ...versions, ...(files === null ? {} : pair(files)) });
    expect(await see(await rig.write('good'))).toMatch(/^DNS:edge/);
    expect(await see(null)).toMatch(/^refused/);
    expect(await see(await rig.write('foreign', { by: other }))).toMatch(/^refused/);
    expect(await see(await rig.write('expired', { days: [-30, -1] }))).toMatch(/^refused/);
    expect(rig.said).toEqual([
      'a client was refused for its certificate: it has none',
      'a client was refused for its certificate: it is of a CA that is not trusted here (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
      'a client was refused for its certificate: it has expired (CERT_HAS_EXPIRED)',
    ]);
  });

  test('a client needs none where it is only requested, and none that is wrong', async () => {
    await using rig = await TlsRig.create();
    await rig.listen({ clientAuth: 'request' });
    const see = (files: { cert: string; key: string } | null) =>
      rig.see({ ...versions, ...(files === null ? {} : pair(files)) });
    expect(await see(null)).toMatch(/^DNS:edge/);
    expect(await see(await rig.write('good'))).toMatch(/^DNS:edge/);
    expect(await see(await rig.write('expired', { days: [-30, -1] }))).toMatch(/^refused/);
    expect(rig.said).toEqual(['a client was refused for its certificate: it has expired (CERT_HAS_EXPIRED)']);
  });
});

describe('with mutual TLS', () => {
  test('a client needs a certificate of the CA that the options name', async () => {
    await using rig = await TlsRig.create();
    const other = await rig.otherAuthority('other');
    await rig.listen({ clientAuth: 'require', ca: other.file });
    expect(await rig.see(pair(await rig.write('foreign', { by: other })))).toMatch(/^DNS:edge/);
    expect(await rig.see(pair(await rig.write('local')))).toMatch(/^refused/);
  });

  test('a client of a name by SNI is checked as well', async () => {
    await using rig = await TlsRig.create();
    const api = await rig.write('api', { dns: ['api.test'] });
    await rig.listen({ clientAuth: 'require', sni: { 'api.test': api } });
    expect(await rig.see({ servername: 'api.test' })).toMatch(/^refused/);
    expect(await rig.see({ servername: 'api.test', ...pair(api) })).toMatch(/^DNS:api/);
  });

  test('a reload requires certificates of new connections, or no longer', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    const options = (clientAuth: 'none' | 'require') => serverTlsOptions({ clientAuth, alpn: ['http/1.1'] });
    expect(await rig.see()).toMatch(/^DNS:edge/);
    await tls.reload(options('require'));
    expect(await rig.see()).toMatch(/^refused/);
    expect(await rig.see(pair(await rig.write('good')))).toMatch(/^DNS:edge/);
    await tls.reload(options('none'));
    expect(await rig.see()).toMatch(/^DNS:edge/);
  });

  test('a session of before is no way around it', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    const { connect } = await import('node:tls');
    const session = await new Promise<Buffer>((resolve) => {
      const socket = connect({ port: rig.port, host: '127.0.0.1', rejectUnauthorized: false });
      socket.once('session', (found) => {
        resolve(found);
        socket.destroy();
      });
      socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      socket.resume();
    });
    await tls.reload(serverTlsOptions({ clientAuth: 'require', alpn: ['http/1.1'] }));
    expect(await rig.see({ session })).toMatch(/^refused/);
  });
});
