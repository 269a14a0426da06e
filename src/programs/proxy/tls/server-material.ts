import type { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { openAuthority } from '../../../certificates/authority.ts';
import { CertificateError } from '../../../certificates/certificate-error.ts';
import type { Leaf } from '../../../certificates/leaf.ts';
import type { CertificateFiles, ServerTlsOptions } from '../options.ts';
import { endsSoon, readAuthorities, readPair } from './certificate-files.ts';
import { ByName } from './names.ts';
import type { TlsPlace } from './place.ts';

/** Everything that a handshake needs, read and checked. */
export interface ServerMaterial {
  readonly context: SecureContextOptions;
  readonly byName: ByName<SecureContext>;
  /** The certificate for clients that name no other server. */
  readonly certificate: X509Certificate;
}

/**
 * Reads what the options name. `leaf` is the certificate of the local CA, for options without files.
 *
 * @throws CertificateError
 */
export const serverMaterial = async (
  options: ServerTlsOptions,
  leaf: Leaf | null,
  place: TlsPlace,
): Promise<ServerMaterial> => {
  const at = (place.clock ?? Date.now)();
  const ca = await authoritiesOfClients(options, leaf, place, at);
  const common = { minVersion: options.minVersion, ...(ca === null ? {} : { ca }) };
  const { key, cert, certificate } = leaf ?? fromFiles(options.files, at, place);
  const contexts = Object.entries(options.sni).map(([name, files]) => {
    const pair = fromFiles(files, at, place);
    return [name, contextOf({ key: pair.key, cert: pair.cert, ...common }, files.cert)];
  });
  const context = { key, cert, ...common };
  contextOf(context, options.files?.cert ?? 'the certificate');
  return { context, certificate, byName: new ByName(Object.fromEntries(contexts)) };
};

const fromFiles = (files: CertificateFiles | null, at: number, { say }: TlsPlace) => {
  if (files === null) throw new Error('a listener has neither files nor a certificate of the local CA');
  const pair = readPair(files, at);
  const warning = endsSoon(pair.certificate, files, at);
  if (warning !== null) say(`warning: ${warning}`);
  return pair;
};

/** OpenSSL refuses some that can be read, such as a key that is too short. */
const contextOf = (context: SecureContextOptions, file: string): SecureContext => {
  try {
    return createSecureContext(context);
  } catch (error) {
    throw new CertificateError(`${file} cannot be used: ${(error as Error).message}`);
  }
};

const authoritiesOfClients = async (
  { clientAuth, ca }: ServerTlsOptions,
  leaf: Leaf | null,
  { certificates }: TlsPlace,
  at: number,
): Promise<string | null> => {
  if (clientAuth === 'none') return null;
  if (ca !== null) return readAuthorities(ca);
  return leaf?.authority ?? (await openAuthority(certificates, at)).cert;
};

/** All files that the options name. */
export const filesOf = ({ files, sni, ca, clientAuth }: ServerTlsOptions): readonly string[] => [
  ...[...(files === null ? [] : [files]), ...Object.values(sni)].flatMap(({ cert, key }) => [cert, key]),
  ...(ca === null || clientAuth === 'none' ? [] : [ca]),
];
