import { X509Certificate } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openAuthority } from '../../../src/certificates/authority.ts';
import { planTrust } from '../../../src/cli/trust/plan-trust.ts';
import { type Machine, type TrustedCa, trustedCa } from '../../../src/cli/trust/trust-store.ts';
import { wordsText } from '../../../src/report/command-text.ts';
import { DataFolder } from '../../certificates/support.ts';

const FILES = {
  debian: { 'usr/local/share/ca-certificates/.keep': '' },
  firefox: { 'home/.mozilla/firefox/k2x.default/cert9.db': '' },
  chromium: { 'home/.pki/nssdb/cert9.db': '' },
  java: { 'jdk/bin/java': '', 'jdk/bin/keytool': '', 'jdk/lib/security/cacerts': '' },
};

interface World {
  readonly files?: Readonly<Record<string, string>>;
  readonly programs?: readonly string[];
  readonly platform?: NodeJS.Platform;
  readonly isRoot?: boolean;
  readonly prepare?: (data: DataFolder) => Promise<void>;
  /** What a program answers, by its name. */
  readonly answers?: Readonly<Record<string, (ca: TrustedCa) => string>>;
}

/** The plan for a machine that is made of files, with the folders of the test out of its text. */
const plan = async (action: 'add' | 'remove', world: World) => {
  await using data = await DataFolder.create();
  const { file, certificate } = await openAuthority(data.folder, Date.now());
  const ca = trustedCa(file, certificate);
  const { files = {}, programs = [], platform = 'linux', isRoot = false, answers = {} } = world;
  const { prepare = async () => undefined } = world;
  for (const [name, text] of Object.entries(files))
    await data.project.write(name, text.replace('CA', ca.certificate.toString()));
  await prepare(data);
  const machine: Machine = {
    ...{ platform, isRoot, root: data.project.folder, home: data.project.path('home') },
    // Found by its variable: one on PATH is a real file of this machine.
    env: programs.includes('java') ? { JAVA_HOME: data.project.path('jdk') } : {},
    find: (program) => (programs.includes(program) && program !== 'java' ? `/bin/${program}` : null),
    ask: async ([program]) => ({ code: 1, stdout: answers[program.replace(/^.*\//, '')]?.(ca) ?? '' }),
  };
  const { changes, ...rest } = await planTrust(action, machine, ca);
  const brief = (text: string): string =>
    text.replaceAll(file, 'CA').replaceAll(data.project.folder, '').replaceAll(ca.alias, 'sidecarctl-ID');
  return {
    commands: changes.flatMap(({ commands }) => commands.map((words) => brief(wordsText(words)))),
    settled: rest.settled.map(brief),
    remarks: rest.remarks.map(brief),
    hash: certificate.fingerprint.replaceAll(':', ''),
  };
};

const pem = ({ certificate }: TrustedCa): string => certificate.toString();

describe('what trust runs', () => {
  test('for the system of Debian is a copy, and what makes the bundle, with sudo', async () => {
    const world = { files: FILES.debian, programs: ['update-ca-certificates', 'sudo'] };
    expect((await plan('add', world)).commands).toEqual([
      '/bin/sudo install -m 644 CA /usr/local/share/ca-certificates/sidecarctl-ID.crt',
      '/bin/sudo /bin/update-ca-certificates',
    ]);
    const [first = ''] = (await plan('add', { ...world, isRoot: true })).commands;
    expect(first).toMatch(/^install -m 644/);
    expect((await plan('add', { ...world, programs: ['update-ca-certificates', 'doas'] })).commands[1]).toBe(
      '/bin/doas /bin/update-ca-certificates',
    );
  });

  test('for the system of Fedora and Arch is trust anchor', async () => {
    const { commands } = await plan('add', { programs: ['trust', 'sudo'] });
    expect(commands).toEqual(['/bin/sudo /bin/trust anchor --store CA']);
  });

  test('for macOS and Windows is the store of the user', async () => {
    expect((await plan('add', { platform: 'darwin' })).commands).toEqual([
      'security add-trusted-cert -r trustRoot -k /home/Library/Keychains/login.keychain-db CA',
    ]);
    expect((await plan('add', { platform: 'win32' })).commands).toEqual(['certutil -user -addstore Root CA']);
  });

  test('for Firefox and Chromium is certutil, without root', async () => {
    const { commands } = await plan('add', {
      files: { ...FILES.firefox, ...FILES.chromium },
      programs: ['certutil'],
    });
    expect(commands).toEqual([
      '/bin/certutil -A -d sql:/home/.pki/nssdb -n sidecarctl-ID -t C,, -i CA',
      '/bin/certutil -A -d sql:/home/.mozilla/firefox/k2x.default -n sidecarctl-ID -t C,, -i CA',
    ]);
  });

  test('makes the database of a Chromium that was never started', async () => {
    const { commands } = await plan('add', { programs: ['certutil', 'chromium'] });
    expect(commands.slice(0, 2)).toEqual([
      'mkdir -p -m 700 /home/.pki/nssdb',
      '/bin/certutil -N -d sql:/home/.pki/nssdb --empty-password',
    ]);
  });

  test('for a Java with CAs of its own is keytool', async () => {
    const { commands } = await plan('add', { files: FILES.java, programs: ['java'] });
    expect(commands).toEqual([
      '/jdk/bin/keytool -importcert -noprompt -keystore /jdk/lib/security/cacerts -storepass changeit -alias sidecarctl-ID -file CA',
    ]);
  });

  test('leaves out what trusts it already', async () => {
    const files = { ...FILES.chromium, ...FILES.java };
    const answers = { certutil: pem, keytool: pem };
    expect(await plan('add', { files, programs: ['certutil', 'java'], answers })).toMatchObject({
      commands: [],
      settled: ['Chromium', 'Java (/jdk)'],
    });
  });

  test('is not what cannot be run, which is said with what to do', async () => {
    expect((await plan('add', { files: FILES.firefox })).remarks).toEqual([
      expect.stringMatching(/^the system: no way is known to add a CA to it; add CA by hand$/),
      'Firefox (k2x.default): certutil is not installed; it is in the package libnss3-tools of Debian, nss-tools of Fedora, nss of Arch',
    ]);
    const world = { files: FILES.debian, programs: ['update-ca-certificates'] };
    expect((await plan('add', world)).remarks).toEqual([
      'the system: it needs root, and there is no sudo and no doas; as root, run: install -m 644 CA ' +
        '/usr/local/share/ca-certificates/sidecarctl-ID.crt && /bin/update-ca-certificates',
    ]);
  });
});

describe('what untrust runs', () => {
  test('takes exactly this CA out of every store that has it', async () => {
    const { alias } = await someCa();
    expect(alias).toMatch(/^sidecarctl-[0-9a-f]{16}$/);
    const files = { ...FILES.chromium, ...FILES.java };
    const { commands } = await plan('remove', {
      ...{ files, programs: ['certutil', 'java'], answers: { certutil: pem, keytool: pem } },
    });
    expect(commands).toEqual([
      '/bin/certutil -D -d sql:/home/.pki/nssdb -n sidecarctl-ID',
      '/jdk/bin/keytool -delete -keystore /jdk/lib/security/cacerts -storepass changeit -alias sidecarctl-ID',
    ]);
  });

  test('takes it out of the keystore that the Javas of Debian share, which takes over what is added to the system', async () => {
    const files = {
      'jdk/bin/keytool': '',
      'etc/ssl/certs/java/cacerts': '',
      'etc/ca-certificates/update.d/jks-keystore': '',
    };
    const prepare = async (data: DataFolder): Promise<void> => {
      mkdirSync(data.project.path('jdk/lib/security'), { recursive: true });
      symlinkSync(
        data.project.path('etc/ssl/certs/java/cacerts'),
        data.project.path('jdk/lib/security/cacerts'),
      );
    };
    const world = { files, programs: ['java'], isRoot: true, prepare };
    expect(await plan('add', world)).toMatchObject({
      commands: [],
      remarks: [expect.any(String), 'Java (/jdk): it takes over what is added to the system'],
    });
    expect((await plan('remove', { ...world, answers: { keytool: pem } })).commands).toEqual([
      '/jdk/bin/keytool -delete -keystore /etc/ssl/certs/java/cacerts -storepass changeit -alias debian:sidecarctl-ID.pem',
    ]);
  });

  test('leaves alone another certificate of the same name', async () => {
    const { certificate } = await someCa();
    const others = (): string => certificate.toString();
    const files = { ...FILES.debian, ...FILES.chromium };
    const programs = ['update-ca-certificates', 'sudo', 'certutil'];
    expect(await plan('remove', { files, programs, answers: { certutil: others } })).toMatchObject({
      commands: [],
      settled: ['the system', 'Chromium'],
      remarks: [],
    });
  });

  test('finds it by its hash in the keychain of macOS', async () => {
    const answers = {
      security: ({ certificate }: TrustedCa) =>
        `SHA-1 hash: ${certificate.fingerprint.replaceAll(':', '')}\n`,
    };
    const { commands, hash } = await plan('remove', { platform: 'darwin', answers });
    expect(commands).toEqual([
      `security delete-certificate -Z ${hash} -t /home/Library/Keychains/login.keychain-db`,
    ]);
  });
});

const someCa = async (): Promise<TrustedCa> => {
  await using data = await DataFolder.create();
  const { file, cert } = await openAuthority(data.folder, Date.now());
  return trustedCa(file, new X509Certificate(cert));
};
