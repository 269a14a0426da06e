import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import { errorMessage } from '../model/error-message.ts';
import { CertificateError } from './certificate-error.ts';
import { inFolder } from './in-folder.ts';
import type { Pair } from './issue.ts';
import { createPrivate, folderDoubt, readPrivate } from './private-file.ts';

/** The user's own CA. */
export interface Authority extends Pair {
  /** Absolute path of its certificate. */
  readonly file: string;
  readonly certificate: X509Certificate;
}

const FOLDER = 'ca';
const CERT = 'ca.crt';
const KEY = 'ca.key';

const DAY = 24 * 60 * 60 * 1000;
const LIFE = 3652 * DAY;
/** Clocks of containers and virtual machines may be a little behind. */
export const BACKDATED = 60 * 60 * 1000;

/**
 * Returns the CA in the folder of the user's certificates, and makes it at its first use. `at` is the time in milliseconds
 * since 1970. What is there and cannot be used is an error, and never replaced: the user may trust it.
 *
 * @throws CertificateError
 * @example
 * const { cert } = await openAuthority('/home/me/.local/share/sidecarctl', Date.now());
 */
export const openAuthority = async (folder: string, at: number): Promise<Authority> =>
  findAuthority(folder, at) ?? (await makeAuthority(folder, at));

/** Path of the certificate, whether it is there or not. */
export const authorityFile = (folder: string): string => join(folder, FOLDER, CERT);

/** Returns the CA, or null if none has been made yet. */
export const findAuthority = (folder: string, at: number): Authority | null => {
  const held = openFolder(folder, join(folder, FOLDER));
  return held === null ? null : inFolder(held, () => readAuthority(held, at));
};

/** Returns the certificate of the CA, also if the CA cannot be used any more, or null if there is none. */
export const findCertificate = (folder: string): Pick<Authority, 'file' | 'certificate'> | null => {
  const held = openFolder(folder, join(folder, FOLDER));
  const read = held === null ? null : inFolder(held, () => readPrivate(held, CERT, { secret: false }));
  if (read === null || (!read.ok && read.doubt === 'missing')) return null;
  const file = authorityFile(folder);
  const certificate = read.ok ? parsed(() => new X509Certificate(read.text)) : null;
  if (certificate !== null) return { file, certificate };
  throw new CertificateError(`${file} ${read.ok ? 'is damaged' : read.problem}`);
};

/** Returns null if the folder is missing. */
const openFolder = (folder: string, path: string): HeldFolder | null => {
  try {
    return HeldFolder.open(dirname(folder), path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw unusable(
      path,
      code === 'ENOTDIR' ? message.replace('ENOTDIR: ', '') : `${path} cannot be read (${code})`,
    );
  }
};

/** Returns null for a folder in which nothing is. */
const readAuthority = (held: HeldFolder, at: number): Authority | null => {
  const doubt = folderDoubt(held);
  if (doubt !== null) throw unusable(held.path, `${held.path} ${doubt}`);
  const [cert, key] = [readPrivate(held, CERT, { secret: false }), readPrivate(held, KEY, { secret: true })];
  if (!cert.ok && cert.doubt === 'missing' && !key.ok && key.doubt === 'missing') return null;
  if (!cert.ok) throw unusable(held.path, `${join(held.path, CERT)} ${cert.problem}`);
  if (!key.ok) throw unusable(held.path, `${join(held.path, KEY)} ${key.problem}`);
  return checked({ cert: cert.text, key: key.text }, held.path, at);
};

const checked = ({ cert, key }: Pair, folder: string, at: number): Authority => {
  const [file, keyFile] = [join(folder, CERT), join(folder, KEY)];
  const certificate = parsed(() => new X509Certificate(cert));
  if (certificate === null) throw unusable(folder, `${file} is damaged`);
  const privateKey = parsed(() => createPrivateKey(key));
  if (privateKey === null) throw unusable(folder, `${keyFile} is damaged`);
  if (!certificate.ca) throw unusable(folder, `${file} is not the certificate of a CA`);
  if (!certificate.checkPrivateKey(privateKey))
    throw unusable(folder, `${keyFile} does not belong to ${CERT} beside it`);
  const { validFromDate, validToDate } = certificate;
  if (at > validToDate.getTime())
    throw unusable(folder, `${file} expired on ${validToDate.toISOString().slice(0, 10)}`);
  if (at >= validFromDate.getTime()) return { cert, key, file, certificate };
  const from = validFromDate.toISOString();
  throw new CertificateError(`${file} is not valid before ${from}: is the clock of this machine right?`);
};

const parsed = <T>(parse: () => T): T | null => {
  try {
    return parse();
  } catch {
    return null;
  }
};

const unusable = (folder: string, problem: string): CertificateError =>
  new CertificateError(
    `${problem}, so the local CA cannot be used. Put that right, or run 'sidecarctl untrust' and move ${folder} away: ` +
      "the next start makes a new CA, for 'sidecarctl trust'",
  );

/**
 * The folder gets its name when everything is in it: others see the whole CA or none. Of two processes that make one
 * at the same time, the second finds the name taken, and uses the CA of the first.
 */
const makeAuthority = async (folder: string, at: number): Promise<Authority> => {
  const { issueAuthority } = await import('./issue.ts');
  const validity = { notBefore: new Date(at - BACKDATED), notAfter: new Date(at + LIFE) };
  const pair = await issueAuthority(`sidecarctl CA of ${ownerName()}`, validity);
  try {
    inFolder(openDataFolder(folder), (parent) => place(parent, pair));
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError(`the local CA cannot be made in ${folder}: ${errorMessage(error)}`);
  }
  const made = findAuthority(folder, at);
  if (made === null) throw new CertificateError(`${folder}: the local CA was removed while it was made`);
  return made;
};

/** Opens the folder of the user's certificates, and makes it if it is missing. */
export const openDataFolder = (folder: string): HeldFolder => {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
  const held = HeldFolder.open(dirname(folder), folder, { make: true });
  const doubt = folderDoubt(held);
  if (doubt === null) return held;
  held.close();
  throw new CertificateError(`${folder} ${doubt}, so no key can be kept there`);
};

const place = (parent: HeldFolder, { cert, key }: Pair): void => {
  const temporary = `${FOLDER}.${process.pid}.new`;
  removeTemporary(parent, temporary);
  parent.makeFolder(temporary);
  try {
    inFolder(HeldFolder.open(parent.path, join(parent.path, temporary)), (held) => {
      createPrivate(held, KEY, key);
      createPrivate(held, CERT, cert);
    });
    parent.rename(temporary, FOLDER);
  } catch (error) {
    removeTemporary(parent, temporary);
    if (!isTaken(error as NodeJS.ErrnoException)) throw error;
  }
};

/** Of a folder's name that is taken. Windows says EPERM. */
const isTaken = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  ['EEXIST', 'ENOTEMPTY'].includes(code) || (code === 'EPERM' && process.platform === 'win32');

const removeTemporary = (parent: HeldFolder, name: string): void => {
  if (parent.look(name) === null) return;
  inFolder(HeldFolder.open(parent.path, join(parent.path, name)), (held) => {
    for (const file of [KEY, CERT]) held.remove(file);
  });
  parent.removeEmptyFolder(name);
};

/** As in a shell's prompt: `me@laptop`. Stores show it to people. */
const ownerName = (): string => {
  const user = ((): string => {
    try {
      return userInfo().username;
    } catch {
      return `uid ${process.getuid?.() ?? '?'}`;
    }
  })();
  return `${user}@${hostname()}`.slice(0, 40);
};
