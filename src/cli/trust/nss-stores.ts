import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  contains,
  type FoundStores,
  type Machine,
  type Step,
  type TrustedCa,
  type TrustStore,
} from './trust-store.ts';

/** Database of NSS: folder with `cert9.db`. */
interface Database {
  readonly name: string;
  readonly folder: string;
  /** False if it has to be made first. */
  readonly exists: boolean;
}

/** Firefox everywhere, and Chromium on Linux, have databases of their own. */
export const findNssStores = (machine: Machine, ca: TrustedCa): FoundStores => {
  const databases = [...chromiumDatabases(machine), ...firefoxDatabases(machine)];
  if (databases.length === 0) return { stores: [], remarks: [] };
  const certutil = machine.platform === 'win32' ? null : machine.find('certutil');
  if (certutil !== null)
    return { stores: databases.map((database) => storeOf(database, certutil, machine, ca)), remarks: [] };
  const names = databases.map(({ name }) => name).join(', ');
  return { stores: [], remarks: [`${names}: ${ADVICE[machine.platform] ?? ADVICE['linux']}`] };
};

const ADVICE: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux:
    'certutil is not installed; it is in the package libnss3-tools of Debian, nss-tools of Fedora, nss of Arch',
  darwin: 'certutil is not installed; brew install nss has it',
  win32: 'Firefox uses the CAs of Windows if security.enterprise_roots.enabled is true in about:config',
};

const storeOf = (
  { name, folder, exists }: Database,
  certutil: string,
  { ask }: Machine,
  ca: TrustedCa,
): TrustStore => {
  const database = ['-d', `sql:${folder}`] as const;
  const named = ['-n', ca.alias] as const;
  const nss = (...words: readonly string[]): Step => ({ words: [certutil, ...words], asRoot: false });
  const make: readonly Step[] = [
    { words: ['mkdir', '-p', '-m', '700', folder], asRoot: false },
    nss('-N', ...database, '--empty-password'),
  ];
  return {
    name,
    has: async () =>
      exists && contains((await ask([certutil, '-L', ...database, ...named, '-a'])).stdout, ca),
    // C: a CA for servers, and no more.
    add: [...(exists ? [] : make), nss('-A', ...database, ...named, '-t', 'C,,', '-i', ca.file)],
    remove: [nss('-D', ...database, ...named)],
  };
};

const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'brave-browser', 'microsoft-edge'];

/** Chromium makes its database at its first start. */
const chromiumDatabases = ({ platform, home, find }: Machine): readonly Database[] => {
  if (platform !== 'linux') return [];
  const own = join(home, '.pki/nssdb');
  const isThere = isDatabase(own) || CHROMIUMS.some((program) => find(program) !== null);
  const snap = join(home, 'snap/chromium/current/.pki/nssdb');
  return [
    ...(isThere ? [{ name: 'Chromium', folder: own, exists: isDatabase(own) }] : []),
    ...(isDatabase(snap) ? [{ name: 'Chromium (snap)', folder: snap, exists: true }] : []),
  ];
};

const FIREFOX_FOLDERS = [
  '.mozilla/firefox',
  'snap/firefox/common/.mozilla/firefox',
  '.var/app/org.mozilla.firefox/.mozilla/firefox',
  'Library/Application Support/Firefox/Profiles',
  'AppData/Roaming/Mozilla/Firefox/Profiles',
];

const firefoxDatabases = ({ home }: Machine): readonly Database[] =>
  FIREFOX_FOLDERS.flatMap((folder) => foldersIn(join(home, folder)))
    .filter(isDatabase)
    .map((folder) => ({ name: `Firefox (${basename(folder)})`, folder, exists: true }));

const isDatabase = (folder: string): boolean => existsSync(join(folder, 'cert9.db'));

const foldersIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return [];
  }
};
