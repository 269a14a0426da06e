import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareCertificates } from '../../../../src/certificates/bundles.ts';
import { certificatePlaces } from '../../../../src/model/certificate-places.ts';
import { outputOf } from '../../../certificates/support.ts';
import { isInstalled } from '../../../support/installed.ts';
import { TlsRig } from './support.ts';

/** A name of the certificate that needs no resolver: the client is told its address. */
const NAME = 'edge.shop.localhost';

describe('the certificate of a listener is accepted by', () => {
  let rig: TlsRig;
  let places: ReturnType<typeof certificatePlaces>;

  beforeAll(async () => {
    rig = await TlsRig.create();
    await rig.listen();
    const env = { XDG_DATA_HOME: rig.data.project.folder };
    places = certificatePlaces({ env, platform: 'linux', home: '/nowhere' });
    await prepareCertificates(places, () => true, env, Date.now());
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  const curl = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> =>
    outputOf('curl', ['-sS', ...args, `https://${NAME}:${rig.port}/`], env);

  test.runIf(isInstalled('curl'))(
    'curl with the CA, by name and by address, and with the bundle of children',
    async () => {
      const resolved = ['--resolve', `${NAME}:${rig.port}:127.0.0.1`];
      expect(await curl([...resolved, '--cacert', rig.authority])).toBe('hello\n');
      expect(await curl(resolved, { CURL_CA_BUNDLE: places.bundle })).toBe('hello\n');
      expect(await curl(resolved)).toContain('unable to get local issuer certificate');
      const byAddress = `https://127.0.0.1:${rig.port}/`;
      expect(await outputOf('curl', ['-sS', '--cacert', rig.authority, byAddress])).toBe('hello\n');
    },
  );

  test.runIf(isInstalled('openssl'))('openssl s_client, for the name and the address', async () => {
    const client = [
      's_client',
      '-connect',
      `127.0.0.1:${rig.port}`,
      '-CAfile',
      rig.authority,
      '-verify_return_error',
    ];
    const strict = [...client, '-x509_strict', '-servername', NAME];
    expect(await outputOf('openssl', [...strict, '-verify_hostname', NAME])).toContain(
      'Verify return code: 0 (ok)',
    );
    expect(await outputOf('openssl', [...strict, '-verify_ip', '127.0.0.1'])).toContain(
      'Verify return code: 0 (ok)',
    );
    const wrong = await outputOf('openssl', [...strict, '-verify_hostname', 'other.localhost']);
    expect(wrong).toContain('verify error:num=62');
  });

  test.runIf(isInstalled('gnutls-cli'))('gnutls-cli', async () => {
    const args = [
      `--port=${rig.port}`,
      `--x509cafile=${rig.authority}`,
      `--verify-hostname=${NAME}`,
      '127.0.0.1',
    ];
    expect(await outputOf('gnutls-cli', args)).toContain('Status: The certificate is trusted.');
  });

  const fetching = `fetch('https://localhost:${'PORT'}/').then((r) => r.text()).then(console.log, (e) => console.log(e.cause.code))`;

  test('Node with the variable of children, and not without it', async () => {
    const script = fetching.replace('PORT', String(rig.port));
    const node = (env: Readonly<Record<string, string>>) => outputOf(process.execPath, ['-e', script], env);
    expect(await node({ NODE_EXTRA_CA_CERTS: places.node })).toContain('hello');
    expect(await node({})).toContain('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test.runIf(isInstalled('python3'))('Python with the variable of children, and not without it', async () => {
    const script = `import urllib.request as r; print(r.urlopen('https://localhost:${rig.port}/').read())`;
    const python = (env: Readonly<Record<string, string>>) => outputOf('python3', ['-c', script], env);
    expect(await python({ SSL_CERT_FILE: places.bundle })).toContain('hello');
    expect(await python({})).toContain('CERTIFICATE_VERIFY_FAILED');
  });
});
