import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import { isLocalName } from '../model/certificate-places.ts';
import { type Authority, BACKDATED, openAuthority, openDataFolder } from './authority.ts';
import { CertificateError } from './certificate-error.ts';
import { inFolder } from './in-folder.ts';
import type { LeafNames, Pair } from './issue.ts';
import { readPrivate } from './private-file.ts';

/** Whom a certificate is for. */
export interface LeafRequest {
  readonly pod: string;
  readonly process: string;
  /** Names besides `localhost`, `<process>.<pod>.localhost`, `127.0.0.1` and `::1`. */
  readonly names: readonly string[];
}

export interface Leaf extends Pair {
  /** Absolute path of its file: the key, then the certificate. */
  readonly file: string;
  readonly certificate: X509Certificate;
  /** The certificate of its CA, in PEM. */
  readonly authority: string;
  /** True if it ends with its CA: there is none that would live longer. */
  readonly isLast: boolean;
}

const DAY = 24 * 60 * 60 * 1000;
const LIFE = 90 * DAY;
/** One that ends sooner is replaced. */
const REPLACED_BEFORE_END = 7 * DAY;

/**
 * Returns the certificate of a process: the one that was kept, as long as it has seven days left, else a new one for 90
 * days. `at` is the time in milliseconds since 1970.
 *
 * @throws CertificateError for a name that the CA must not vouch for, and if there is no CA and none can be made
 * @example
 * const { key, cert } = await openLeaf(folder, { pod: 'shop', process: 'edge', names: ['shop.test'] }, Date.now());
 */
export const openLeaf = async (folder: string, request: LeafRequest, at: number): Promise<Leaf> => {
  const names = namesOf(request);
  const authority = await openAuthority(folder, at);
  const place = placeOf(folder, request);
  const kept = readKept(folder, place, authority);
  if (kept !== null && isGood(kept, names, authority, at)) return kept;
  return issue(folder, place, authority, names, at);
};

/** Whether a certificate has to be replaced by now, also after the clock was set back. */
export const isDue = ({ certificate, isLast }: Leaf, at: number): boolean =>
  at >= certificate.validToDate.getTime() - (isLast ? 0 : REPLACED_BEFORE_END) ||
  at < certificate.validFromDate.getTime();

interface Place {
  readonly folder: string;
  readonly name: string;
}

const placeOf = (folder: string, { pod, process }: LeafRequest): Place => ({
  folder: join(folder, 'leaves', label(pod)),
  name: `${label(process)}.pem`,
});

const namesOf = ({ pod, process, names }: LeafRequest): LeafNames => {
  const refused = names.filter((name) => !isLocalName(name));
  if (refused.length > 0)
    throw new CertificateError(
      `the local CA vouches only for localhost, *.localhost, *.test, *.internal and loopback addresses, and not for ` +
        `${refused.join(', ')}: use a certificate of your own for ${refused.length === 1 ? 'it' : 'them'} (cert, key)`,
    );
  const isAddress = (name: string): boolean => name === '::1' || /^127\./.test(name);
  const own = `${label(process)}.${label(pod)}.localhost`;
  return {
    dns: [...new Set([own, 'localhost', ...names.filter((name) => !isAddress(name))])],
    ip: [...new Set(['127.0.0.1', '::1', ...names.filter(isAddress)])],
    uri: `spiffe://${label(pod)}/${label(process)}`,
  };
};

/** A pod may have the name of a folder. What is no DNS label becomes one. */
const label = (name: string): string => {
  const plain = name.toLowerCase().replace(/[^a-z0-9-]+/g, '-');
  return plain.slice(0, 63).replace(/^-+|-+$/g, '') || 'pod';
};

/** Returns null for what is missing, damaged or not this user's alone. It is made anew. */
const readKept = (folder: string, place: Place, authority: Authority): Leaf | null => {
  try {
    const folderOfPod = HeldFolder.open(folder, place.folder);
    const read = inFolder(folderOfPod, (held) => readPrivate(held, place.name, { secret: true }));
    return read.ok ? parse(read.text, place, authority) : null;
  } catch {
    return null;
  }
};

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/;

const parse = (text: string, { folder, name }: Place, authority: Authority): Leaf => {
  const [cert = ''] = CERTIFICATE.exec(text) ?? [];
  const key = text.replace(cert, '');
  const certificate = new X509Certificate(cert);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not fit');
  const isLast = certificate.validToDate >= authority.certificate.validToDate;
  return { key, cert, certificate, file: join(folder, name), authority: authority.cert, isLast };
};

const isGood = (leaf: Leaf, names: LeafNames, { certificate }: Authority, at: number): boolean =>
  !isDue(leaf, at) &&
  leaf.certificate.checkIssued(certificate) &&
  leaf.certificate.verify(certificate.publicKey) &&
  hasNames(leaf.certificate, names);

/** Node writes `::1` in full. */
const hasNames = ({ subjectAltName = '' }: X509Certificate, { dns, ip, uri }: LeafNames): boolean => {
  const wanted = [
    ...dns.map((name) => `DNS:${name}`),
    ...ip.map((address) => `IP Address:${address === '::1' ? '0:0:0:0:0:0:0:1' : address}`),
    `URI:${uri}`,
  ];
  return subjectAltName === wanted.join(', ');
};

const issue = async (
  folder: string,
  place: Place,
  authority: Authority,
  names: LeafNames,
  at: number,
): Promise<Leaf> => {
  const { issueLeaf } = await import('./issue.ts');
  const notAfter = Math.min(at + LIFE, authority.certificate.validToDate.getTime());
  const notBefore = Math.max(at - BACKDATED, authority.certificate.validFromDate.getTime());
  const { key, cert } = await issueLeaf(authority, names, {
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
  });
  const text = `${key}${cert}`;
  keep(folder, place, text);
  return parse(text, place, authority);
};

const keep = (folder: string, { folder: within, name }: Place, text: string): void => {
  try {
    openDataFolder(folder).close();
    inFolder(HeldFolder.open(folder, within, { make: true }), (held) => held.replace(name, text));
  } catch (error) {
    throw new CertificateError(`the certificate cannot be kept in ${within}: ${(error as Error).message}`);
  }
};
