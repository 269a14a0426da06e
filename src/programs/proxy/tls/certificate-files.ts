import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { CertificateError } from '../../../certificates/certificate-error.ts';
import type { CertificateFiles } from '../options.ts';

/** A certificate with its key, from files of the user's. */
export interface FilePair {
  readonly key: string;
  /** With the certificates of those between it and its CA, if the file has them. */
  readonly cert: string;
  readonly certificate: X509Certificate;
}

const SOON = 7 * 24 * 60 * 60 * 1000;

/**
 * Reads a certificate and its key, and checks that they fit and are valid at a time.
 *
 * @throws CertificateError
 */
export const readPair = ({ cert, key }: CertificateFiles, at: number): FilePair => {
  const pair = { cert: readPem(cert), key: readPem(key) };
  const certificate = certificateIn(pair.cert, cert);
  if (!certificate.checkPrivateKey(keyIn(pair.key, key)))
    throw new CertificateError(`the key in ${key} does not belong to the certificate in ${cert}`);
  checkTime(certificate, cert, at);
  return { ...pair, certificate };
};

const checkTime = ({ validFromDate, validToDate }: X509Certificate, file: string, at: number): void => {
  if (at > validToDate.getTime())
    throw new CertificateError(`the certificate in ${file} expired on ${dayOf(validToDate)}`);
  if (at < validFromDate.getTime())
    throw new CertificateError(
      `the certificate in ${file} is not valid before ${validFromDate.toISOString()}`,
    );
};

/** Says that a certificate of the user's ends within a week, or null. */
export const endsSoon = (
  { validToDate }: X509Certificate,
  { cert }: CertificateFiles,
  at: number,
): string | null =>
  validToDate.getTime() - at < SOON ? `the certificate in ${cert} expires on ${dayOf(validToDate)}` : null;

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/**
 * Reads the certificates of CAs.
 *
 * @throws CertificateError
 */
export const readAuthorities = (file: string): string => {
  const text = readPem(file);
  certificateIn(text, file);
  return text;
};

const readPem = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CertificateError(`${file} cannot be read: ${code ?? message}`);
  }
};

const certificateIn = (text: string, file: string): X509Certificate => {
  try {
    return new X509Certificate(text);
  } catch {
    throw new CertificateError(`${file} has no certificate in PEM`);
  }
};

const keyIn = (text: string, file: string): KeyObject => {
  try {
    return createPrivateKey(text);
  } catch {
    throw new CertificateError(`${file} has no private key in PEM, or one with a passphrase`);
  }
};

/** Changes when one of the files does, also if a symlink on the way leads elsewhere. */
export const stampOf = (files: readonly string[]): string => files.map(stampOfOne).join(' ');

const stampOfOne = (file: string): string => {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? '-' : [stats.dev, stats.ino, stats.size, stats.mtimeMs].join(':');
};
