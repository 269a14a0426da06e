import { accessSync, constants, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { contains, type FoundStores, type Machine, type TrustedCa, type TrustStore } from './trust-store.ts';

/** Debian's Javas share a keystore. `update-ca-certificates` adds to it, and takes nothing out of it. */
const DEBIANS = 'etc/ssl/certs/java/cacerts';
const DEBIANS_HOOK = 'etc/ca-certificates/update.d/jks-keystore';

/** Every Java has a keystore of its own: that of `JAVA_HOME`, and the one on PATH. */
export const findJavaStores = (machine: Machine, ca: TrustedCa): FoundStores => {
  const found = [...new Set(javaHomes(machine))].map((home) => storeIn(home, machine, ca));
  return {
    stores: found.filter((each) => typeof each === 'object'),
    remarks: found.filter((each) => typeof each === 'string'),
  };
};

const javaHomes = ({ env, find }: Machine): readonly string[] => {
  const named = env['JAVA_HOME'] ?? '';
  const java = find('java');
  return [
    ...(existsSync(join(named, 'bin')) && named !== '' ? [realpathSync(named)] : []),
    // On macOS it is a program that looks for one.
    ...(java === null ? [] : [dirname(dirname(realpathSync(java)))]),
  ].filter((home) => keystoreIn(home) !== undefined);
};

const keystoreIn = (home: string): string | undefined =>
  ['lib/security/cacerts', 'jre/lib/security/cacerts'].map((path) => join(home, path)).find(existsSync);

const storeIn = (home: string, { root, ask }: Machine, ca: TrustedCa): TrustStore | string => {
  const name = `Java (${home})`;
  const keystore = realpathSync(keystoreIn(home) ?? home);
  const keytool = join(home, 'bin/keytool');
  if (!existsSync(keytool)) return `${name}: it has no keytool`;
  const isDebians = keystore === join(root, DEBIANS) && existsSync(join(root, DEBIANS_HOOK));
  const alias = isDebians ? `debian:${ca.alias}.pem` : ca.alias;
  // The password of every Java's own keystore. It keeps nobody out.
  const store = ['-keystore', keystore, '-storepass', 'changeit', '-alias', alias] as const;
  const asRoot = !isWritable(keystore);
  return {
    name,
    has: async () => contains((await ask([keytool, '-exportcert', '-rfc', ...store])).stdout, ca),
    add: isDebians
      ? []
      : [{ words: [keytool, '-importcert', '-noprompt', ...store, '-file', ca.file], asRoot }],
    remove: [{ words: [keytool, '-delete', ...store], asRoot }],
  };
};

const isWritable = (file: string): boolean => {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};
