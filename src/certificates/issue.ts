// The libraries take 150 ms to load. Import this file late, and only when something has to be issued.
import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints,
  NameConstraints,
} from '@peculiar/asn1-x509';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A private key and its certificate, in PEM. */
export interface Pair {
  readonly key: string;
  readonly cert: string;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Names of a leaf, by their kinds. */
export interface LeafNames {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: string;
}

const ON_P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * The names that the CA is bound to. A kind of names that is not mentioned would be free: there is an entry for mail, so
 * that the key signs none. There is none for URIs, whose host is the name of a pod, and that can be any.
 */
const PERMITTED = [
  { dNSName: 'localhost' },
  { dNSName: 'test' },
  { dNSName: 'internal' },
  { iPAddress: '127.0.0.0/8' },
  { iPAddress: '::1/128' },
  { rfc822Name: 'localhost' },
] as const;

/** A new CA: a key, and a certificate that it has signed itself. */
export const issueAuthority = async (commonName: string, validity: Validity): Promise<Pair> => {
  const keys = await newKeys();
  const cert = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: newSerial(),
    name: [{ O: ['sidecarctl'] }, { CN: [commonName] }],
    keys,
    signingAlgorithm: ON_P256,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      new Extension(id_ce_nameConstraints, true, AsnConvert.serialize(nameConstraints())),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(keys, cert);
};

/** A new key, with a certificate that the CA has signed, for servers and for clients. */
export const issueLeaf = async (authority: Pair, names: LeafNames, validity: Validity): Promise<Pair> => {
  const [keys, signingKey] = await Promise.all([newKeys(), signingKeyOf(authority.key)]);
  const issuer = new X509Certificate(authority.cert);
  const [commonName = ''] = names.dns;
  const cert = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: newSerial(),
    // A common name has at most 64 characters. Nobody reads it but people.
    subject: [{ O: ['sidecarctl'] }, { CN: [commonName.slice(0, 64)] }],
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ON_P256,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      subjectNames(names),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return pairOf(keys, cert);
};

const subjectNames = ({ dns, ip, uri }: LeafNames): SubjectAlternativeNameExtension =>
  new SubjectAlternativeNameExtension([
    ...dns.map((value) => ({ type: 'dns', value }) as const),
    ...ip.map((value) => ({ type: 'ip', value }) as const),
    { type: 'url', value: uri },
  ]);

const nameConstraints = (): NameConstraints =>
  new NameConstraints({
    permittedSubtrees: new GeneralSubtrees(
      PERMITTED.map((name) => new GeneralSubtree({ base: new GeneralName(name) })),
    ),
  });

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ON_P256, true, ['sign', 'verify']);

const signingKeyOf = (pem: string): Promise<webcrypto.CryptoKey> => {
  const der = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, ON_P256, false, ['sign']);
};

const pairOf = async ({ privateKey }: webcrypto.CryptoKeyPair, cert: X509Certificate): Promise<Pair> => ({
  key: pemOf('PRIVATE KEY', Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))),
  cert: `${cert.toString('pem')}\n`,
});

const pemOf = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
};

/** Positive, and never two alike. */
const newSerial = (): string => {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
};
