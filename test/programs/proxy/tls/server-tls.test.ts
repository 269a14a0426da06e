import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { serverTlsOptions } from '../support/proxy-options.ts';
import { TlsRig } from './support.ts';

/** Options as they are for an HTTPS server. */
const options = (changes: Parameters<typeof serverTlsOptions>[0] = {}) =>
  serverTlsOptions({ alpn: ['http/1.1'], ...changes });

const reasonOf = async (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => 'it was opened',
    (error: Error) => error.message,
  );

describe('TLS of a listener', () => {
  test('has a certificate of the local CA without files', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen({ names: ['shop.test'] });
    expect(await rig.see()).toContain('DNS:edge.shop.localhost, DNS:localhost, DNS:shop.test');
    expect(tls.facts.names).toContain('URI:spiffe://shop/edge');
    expect(Date.parse(tls.facts.notAfter)).toBeGreaterThan(Date.now());
  });

  test('has the certificate of its files', async () => {
    await using rig = await TlsRig.create();
    await rig.listen({ files: await rig.write('own', { dns: ['own.test'] }) });
    expect(await rig.see()).toMatch(/^DNS:own\.test/);
  });

  test('has other certificates for other names, also by a wildcard for one label', async () => {
    await using rig = await TlsRig.create();
    const [api, any] = [await rig.write('api', { dns: ['api'] }), await rig.write('any', { dns: ['any'] })];
    await rig.listen({ sni: { 'api.shop.test': api, '*.shop.test': any } });
    const seenAs = (servername: string) => rig.see({ servername });
    expect(await seenAs('api.shop.test')).toMatch(/^DNS:api,/);
    expect(await seenAs('API.Shop.Test')).toMatch(/^DNS:api,/);
    expect(await seenAs('web.shop.test')).toMatch(/^DNS:any,/);
    for (const other of ['shop.test', 'a.web.shop.test', 'localhost'])
      expect(await seenAs(other)).toMatch(/^DNS:edge/);
  });

  test('accepts no older version than the options say', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen({ minVersion: 'TLSv1.3' });
    expect(await rig.see({ maxVersion: 'TLSv1.2' })).toBe('refused: ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
    expect(await rig.see({ maxVersion: 'TLSv1.3' })).toMatch(/^DNS:edge/);
    await tls.reload(options());
    expect(await rig.see({ maxVersion: 'TLSv1.2' })).toMatch(/^DNS:edge/);
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await rig.see(old)).toMatch(/^refused: ERR_SSL_/);
  });

  test('agrees on a protocol of the options, and otherwise on the first of the client', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.open({ alpn: ['h2', 'http/1.1'] });
    const server = createSecureServer({ ...tls.serverOptions, allowHTTP1: true });
    tls.attach(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const agreed = (ALPNProtocols: string[] | undefined): Promise<unknown> =>
      new Promise((resolve) => {
        const more = ALPNProtocols === undefined ? {} : { ALPNProtocols };
        const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more }, () => {
          resolve(socket.alpnProtocol);
          socket.destroy();
        });
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
    expect(await agreed(['http/1.1', 'h2'])).toBe('h2');
    expect(await agreed(['http/1.1'])).toBe('http/1.1');
    expect(await agreed(undefined)).toBe(false);
    expect(await agreed(['postgresql'])).toBe('ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
    await tls.reload(serverTlsOptions({ alpn: ['http/1.1'] }));
    expect(await agreed(['http/1.1', 'h2'])).toBe('http/1.1');
    await tls.reload(serverTlsOptions({ alpn: [] }));
    expect(await agreed(['postgresql'])).toBe('postgresql');
    await new Promise((resolve) => server.close(resolve));
  });

  test('is not opened with what cannot be used, and says which file', async () => {
    await using rig = await TlsRig.create();
    const [good, other] = [await rig.write('good'), await rig.write('other')];
    const opening = (files: { cert: string; key: string }) => reasonOf(rig.open({ files }));
    expect(await opening({ ...good, key: other.key })).toBe(
      `the key in ${other.key} does not belong to the certificate in ${good.cert}`,
    );
    expect(await opening({ ...good, cert: '/nowhere/a.crt' })).toBe('/nowhere/a.crt cannot be read: ENOENT');
    expect(await opening({ cert: good.key, key: good.key })).toBe(`${good.key} has no certificate in PEM`);
    expect(await opening({ cert: good.cert, key: good.cert })).toBe(
      `${good.cert} has no private key in PEM, or one with a passphrase`,
    );
    const old = await rig.write('old', { days: [-30, -1] });
    expect(await opening(old)).toMatch(
      new RegExp(`^the certificate in ${old.cert} expired on \\d{4}-\\d\\d-\\d\\d$`),
    );
    expect(await opening(await rig.write('new', { days: [1, 30] }))).toContain('is not valid before');
    expect(await reasonOf(rig.open({ sni: { 'a.test': old } }))).toContain('old.crt expired');
    expect(await reasonOf(rig.open({ clientAuth: 'require', ca: '/nowhere' }))).toContain(
      '/nowhere cannot be read',
    );
    expect(await reasonOf(rig.open({ names: ['example.com'] }))).toContain('not for example.com');
  });

  test('warns of a certificate that ends within a week', async () => {
    await using rig = await TlsRig.create();
    const { cert, key } = await rig.write('soon', { days: [-1, 3] });
    await rig.open({ files: { cert, key } });
    expect(rig.said).toEqual([
      expect.stringMatching(/^warning: the certificate in .*soon\.crt expires on \d{4}/),
    ]);
  });
});

describe('a reload of TLS', () => {
  /** A connection that stays open, and answers again. */
  const keepOpen = async (rig: TlsRig): Promise<() => Promise<string>> => {
    const socket: TLSSocket = connect({ port: rig.port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.setEncoding('utf8');
    const ask = (): Promise<string> =>
      new Promise((resolve) => {
        socket.once('data', resolve);
        socket.once('close', () => resolve('closed'));
        socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      });
    expect(await ask()).toMatch(/^HTTP\/1\.1 200/);
    return ask;
  };

  test('gives new connections the new certificate, and leaves open ones alone', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    const askAgain = await keepOpen(rig);
    expect(await tls.reload(options({ names: ['new.test'] }))).toBeNull();
    expect(await rig.see()).toContain('DNS:new.test');
    expect(await askAgain()).toMatch(/^HTTP\/1\.1 200/);
  });

  test('to what cannot be used says why, and keeps what was there', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    const files = { cert: '/nowhere/a.crt', key: '/nowhere/a.key' };
    expect(await tls.reload(options({ files }))).toBe('/nowhere/a.crt cannot be read: ENOENT');
    expect(await rig.see()).toMatch(/^DNS:edge/);
  });

  test('follows files that change, once they fit each other', async () => {
    await using rig = await TlsRig.create();
    const files = await rig.write('own', { dns: ['old.test'] });
    const tls = await rig.listen({ files });
    const askAgain = await keepOpen(rig);
    const next = await rig.write('next', { dns: ['next.test'] });
    copyFileSync(next.cert, files.cert);
    await tls.look();
    await tls.look();
    expect(rig.said).toEqual([
      expect.stringMatching(/^the old certificates stay in use: the key in .* does not belong/),
    ]);
    expect(await rig.see()).toMatch(/^DNS:old\.test/);
    copyFileSync(next.key, files.key);
    await tls.look();
    expect(rig.said.at(-1)).toBe('certificates were read again: their files have changed');
    expect(await rig.see()).toMatch(/^DNS:next\.test/);
    expect(await askAgain()).toMatch(/^HTTP\/1\.1 200/);
    rmSync(files.cert);
    await tls.look();
    expect(rig.said.at(-1)).toContain('own.crt cannot be read: ENOENT');
    expect(await rig.see()).toMatch(/^DNS:next\.test/);
  });

  test('is not needed for the renewal of a certificate of the local CA, under load', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    const askAgain = await keepOpen(rig);
    const before = tls.facts.notAfter;
    let isOver = false;
    const seen: string[] = [];
    const load = async (): Promise<void> => {
      while (!isOver) seen.push(await rig.see());
    };
    const clients = [1, 2, 3, 4].map(load);
    for (const days of [84, 170, 260]) {
      rig.ahead = days;
      await tls.look();
      await expect
        .poll(() => rig.said.filter((line) => line.startsWith('the certificate was renewed')).length)
        .toBe([84, 170, 260].indexOf(days) + 1);
    }
    isOver = true;
    await Promise.all(clients);
    expect(seen.length).toBeGreaterThan(4);
    expect(seen.filter((names) => !names.startsWith('DNS:edge.shop.localhost'))).toEqual([]);
    expect(tls.facts.notAfter > before).toBe(true);
    expect(await askAgain()).toMatch(/^HTTP\/1\.1 200/);
  });

  test('for a renewal that fails keeps the old certificate, and says so', async () => {
    await using rig = await TlsRig.create();
    const tls = await rig.listen();
    writeFileSync(rig.authority, 'damaged');
    rig.ahead = 84;
    await tls.look();
    expect(rig.said).toEqual([
      expect.stringMatching(/^the certificate cannot be renewed: .*ca\.crt is damaged/),
    ]);
    expect(await rig.see()).toMatch(/^DNS:edge/);
  });
});
