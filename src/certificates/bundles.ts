import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { HeldFolder } from '../files/held-folder.ts';
import { type CertificatePlaces, REPLACED_ROOTS } from '../model/certificate-places.ts';
import { type Authority, openAuthority, openDataFolder } from './authority.ts';
import { CertificateError } from './certificate-error.ts';
import { inFolder } from './in-folder.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Makes the files that variables of children name: the CA if there is none, and bundles of it with what the children
 * would trust without these variables. `env` is what they inherit.
 *
 * @throws CertificateError
 */
export const prepareCertificates = async (
  places: CertificatePlaces,
  named: (path: string) => boolean,
  env: Environment,
  at: number,
): Promise<void> => {
  const authority = await openAuthority(places.folder, at);
  const { node } = places;
  if (node !== places.authority && named(node))
    keep(places.folder, node, [...usersCertificates(['NODE_EXTRA_CA_CERTS'], env), authority.cert]);
  if (named(places.bundle)) keep(places.folder, places.bundle, publicBundle(authority, env));
};

const publicBundle = ({ cert }: Authority, env: Environment): readonly string[] => [
  ...machinesCertificates(),
  ...usersCertificates(REPLACED_ROOTS, env),
  cert,
];

/**
 * The system's public CAs: they are what children trust without the variables, with the CAs of a company and without those
 * that the administrator has taken out. Node's own are for a system that has none, as in a slim container. On macOS and
 * Windows, Node reads only what was added to the system's own from there.
 */
const machinesCertificates = (): readonly string[] => {
  const systems = getCACertificates('system');
  const isWhole = process.platform === 'linux' && systems.length > 0;
  return isWhole ? systems : [...systems, ...getCACertificates('bundled')];
};

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

const usersCertificates = (variables: readonly string[], env: Environment): readonly string[] =>
  variables.flatMap((variable) => {
    const file = env[variable] ?? '';
    return file === '' ? [] : certificatesIn(file, variable);
  });

const certificatesIn = (file: string, variable: string): readonly string[] => {
  try {
    return readFileSync(file, 'utf8').match(CERTIFICATE) ?? [];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // `requests` takes a folder of CAs as well. It cannot be put into a file without their names.
    throw new CertificateError(
      `${variable} names ${file}, which cannot be read (${code}) and whose CAs would no longer be trusted beside the ` +
        `local one: name a file of certificates, or unset the variable`,
    );
  }
};

/** It is written only if it differs: children of other pods may read it. */
const keep = (folder: string, path: string, certificates: readonly string[]): void => {
  const text = [...new Set(certificates.map((certificate) => certificate.trim()))].join('\n').concat('\n');
  try {
    openDataFolder(folder).close();
    inFolder(HeldFolder.open(folder, join(folder, 'bundles'), { make: true }), (held) => {
      if (held.look(basename(path))?.isFile() === true && held.read(basename(path)) === text) return;
      held.replace(basename(path), text, 0o644);
    });
  } catch (error) {
    throw new CertificateError(`${path} cannot be written: ${(error as Error).message}`);
  }
};
