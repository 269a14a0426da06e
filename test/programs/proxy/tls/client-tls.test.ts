import { copyFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { openAuthority } from '../../../../src/certificates/authority.ts';
import type { ClientTlsOptions } from '../../../../src/programs/proxy/options.ts';
import { ClientTls } from '../../../../src/programs/proxy/tls/client-tls.ts';
import { TlsRig } from './support.ts';

const options = (changes: Partial<ClientTlsOptions> = {}): ClientTlsOptions => ({
  ca: null,
  certificate: null,
  serverName: null,
  verify: true,
  ...changes,
});

/** What happens to a connection that is opened now. */
const reach = (rig: TlsRig, tls: ClientTls): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: rig.port, ...tls.connectionOptions() }, () =>
      socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'),
    );
    socket.once('data', () => resolve('answered'));
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve('closed'));
  });

const opened = async (rig: TlsRig, changes: Partial<ClientTlsOptions> = {}) => {
  const tls = await ClientTls.open(options(changes), { ...rig.place, name: 'out' });
  return Object.assign(tls, { [Symbol.dispose]: () => tls.close() });
};

describe('TLS towards a cluster', () => {
  test('trusts the local CA, and no other than the public ones', async () => {
    await using rig = await TlsRig.create();
    await rig.listen();
    using tls = await opened(rig);
    expect(await reach(rig, tls)).toBe('answered');
    await using foreign = await TlsRig.create();
    await foreign.listen();
    expect(await reach(foreign, tls)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('trusts a local CA that is made later', async () => {
    await using rig = await TlsRig.create();
    await using server = await TlsRig.create();
    await server.listen();
    using tls = await opened(rig);
    expect(await reach(server, tls)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    await openAuthority(rig.data.folder, Date.now());
    for (const name of ['ca.crt', 'ca.key'])
      copyFileSync(server.data.path('ca', name), rig.data.path('ca', name));
    await tls.look();
    expect(await reach(server, tls)).toBe('answered');
  });

  test('reaches public servers also beside a local CA that cannot be used, and says so', async () => {
    await using rig = await TlsRig.create();
    await rig.data.project.write('sidecarctl/ca/ca.crt', 'damaged');
    using tls = await opened(rig);
    expect(tls.connectionOptions().secureContext).toBeDefined();
    expect(rig.said).toEqual([expect.stringMatching(/^warning: .*ca\.key is missing/)]);
  });

  test('trusts only the CA of the options, if there is one', async () => {
    await using rig = await TlsRig.create();
    const other = await rig.otherAuthority('other');
    await rig.listen();
    using tls = await opened(rig, { ca: other.file });
    expect(await reach(rig, tls)).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    expect(await tls.reload(options({ ca: rig.authority }))).toBeNull();
    expect(await reach(rig, tls)).toBe('answered');
  });

  test('expects the name of the options', async () => {
    await using rig = await TlsRig.create();
    await rig.listen({ sni: { 'api.test': await rig.write('api', { dns: ['other.test'] }) } });
    using tls = await opened(rig, { serverName: 'edge.shop.localhost' });
    expect(await reach(rig, tls)).toBe('answered');
    await tls.reload(options({ serverName: 'api.test' }));
    expect(await reach(rig, tls)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('trusts everybody without verify', async () => {
    await using rig = await TlsRig.create();
    await using server = await TlsRig.create();
    await server.listen();
    using tls = await opened(rig, { verify: false });
    expect(await reach(server, tls)).toBe('answered');
  });

  test('shows a certificate of the local CA, or that of files', async () => {
    await using rig = await TlsRig.create();
    await rig.listen({ clientAuth: 'require' });
    using tls = await opened(rig);
    expect(await reach(rig, tls)).not.toBe('answered');
    await tls.reload(options({ certificate: 'local' }));
    expect(await reach(rig, tls)).toBe('answered');
    await tls.reload(options({ certificate: await rig.write('own') }));
    expect(await reach(rig, tls)).toBe('answered');
    const other = await rig.otherAuthority('other');
    await tls.reload(options({ certificate: await rig.write('foreign', { by: other }) }));
    expect(await reach(rig, tls)).not.toBe('answered');
  });

  test('renews its certificate of the local CA', async () => {
    await using rig = await TlsRig.create();
    using tls = await opened(rig, { certificate: 'local' });
    const { secureContext } = tls.connectionOptions();
    await tls.look();
    expect(tls.connectionOptions().secureContext).toBe(secureContext);
    rig.ahead = 84;
    await tls.look();
    expect(tls.connectionOptions().secureContext).not.toBe(secureContext);
  });

  test('is not opened with what cannot be used, and a reload to it keeps what was there', async () => {
    await using rig = await TlsRig.create();
    await rig.listen();
    await expect(opened(rig, { ca: '/nowhere' })).rejects.toThrow('/nowhere cannot be read: ENOENT');
    const old = await rig.write('old', { days: [-30, -1] });
    await expect(opened(rig, { certificate: old })).rejects.toThrow('old.crt expired on');
    using tls = await opened(rig);
    expect(await tls.reload(options({ ca: '/nowhere' }))).toBe('/nowhere cannot be read: ENOENT');
    expect(await reach(rig, tls)).toBe('answered');
  });

  test('follows files that change', async () => {
    await using rig = await TlsRig.create();
    await rig.listen();
    const other = await rig.otherAuthority('other');
    using tls = await opened(rig, { ca: other.file });
    expect(await reach(rig, tls)).not.toBe('answered');
    copyFileSync(rig.authority, other.file);
    await tls.look();
    expect(await reach(rig, tls)).toBe('answered');
  });
});
