import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contains, type FoundStores, type Machine, type TrustedCa, type TrustStore } from './trust-store.ts';

/** What most programs of the machine trust. */
export const findSystemStore = (machine: Machine, ca: TrustedCa): FoundStores => {
  const store = storeOf(machine, ca);
  return store === null
    ? { stores: [], remarks: [`the system: no way is known to add a CA to it; add ${ca.file} by hand`] }
    : { stores: [store], remarks: [] };
};

const storeOf = (machine: Machine, ca: TrustedCa): TrustStore | null => {
  switch (machine.platform) {
    case 'darwin':
      return keychain(machine, ca);
    case 'win32':
      return windowsStore(machine, ca);
    default:
      return caCertificates(machine, ca) ?? p11Kit(machine, ca);
  }
};

const NAME = 'the system';

/** Debian, Ubuntu, Alpine and others: a folder, and a program that makes a bundle of what is in it. */
const caCertificates = ({ root, find }: Machine, ca: TrustedCa): TrustStore | null => {
  const folder = join(root, 'usr/local/share/ca-certificates');
  const update = find('update-ca-certificates');
  if (update === null || !existsSync(folder)) return null;
  const file = join(folder, `${ca.alias}.crt`);
  return {
    name: NAME,
    has: async () => contains(textOf(file), ca),
    add: [
      { words: ['install', '-m', '644', ca.file, file], asRoot: true },
      { words: [update], asRoot: true },
    ],
    // Without `--fresh`, Debian's leaves links to the file behind, and the CA in the keystore of Java.
    remove: [
      { words: ['rm', file], asRoot: true },
      { words: [update, '--fresh'], asRoot: true },
    ],
  };
};

const BUNDLES = [
  'etc/ssl/certs/ca-certificates.crt',
  'etc/pki/tls/certs/ca-bundle.crt',
  'etc/ssl/ca-bundle.pem',
];

/** Fedora, Arch, openSUSE. */
const p11Kit = ({ root, find }: Machine, ca: TrustedCa): TrustStore | null => {
  const trust = find('trust');
  if (trust === null) return null;
  return {
    name: NAME,
    has: async () => BUNDLES.some((bundle) => contains(textOf(join(root, bundle)), ca)),
    add: [{ words: [trust, 'anchor', '--store', ca.file], asRoot: true }],
    remove: [{ words: [trust, 'anchor', '--remove', ca.file], asRoot: true }],
  };
};

/** The user's own keychain: it needs no root, and macOS asks for the password itself. */
const keychain = ({ home, ask }: Machine, ca: TrustedCa): TrustStore => {
  const file = join(home, 'Library/Keychains/login.keychain-db');
  const hash = ca.certificate.fingerprint.replaceAll(':', '');
  return {
    name: NAME,
    has: async () => (await ask(['security', 'find-certificate', '-a', '-Z', file])).stdout.includes(hash),
    add: [{ words: ['security', 'add-trusted-cert', '-r', 'trustRoot', '-k', file, ca.file], asRoot: false }],
    remove: [{ words: ['security', 'delete-certificate', '-Z', hash, '-t', file], asRoot: false }],
  };
};

/** The user's own store: Windows asks whether to go on. */
const windowsStore = ({ ask }: Machine, ca: TrustedCa): TrustStore => {
  const hash = ca.certificate.fingerprint.replaceAll(':', '').toLowerCase();
  return {
    name: NAME,
    has: async () => (await ask(['certutil', '-user', '-verifystore', 'Root', hash])).code === 0,
    add: [{ words: ['certutil', '-user', '-addstore', 'Root', ca.file], asRoot: false }],
    remove: [{ words: ['certutil', '-user', '-delstore', 'Root', hash], asRoot: false }],
  };
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
