import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { PresetPlace } from '../../config/expand/preset.ts';
import type { CertificateOptions, TlsOptions, UpstreamTls } from '../../config/traffic.ts';
import { isLocalName } from '../../model/certificate-places.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { hasReference, notBoth } from './check.ts';
import { pathOf } from './server-tls.ts';

/** Finds what keeps a listener from TLS. */
export const serverTlsProblems = (
  tls: boolean | TlsOptions,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (typeof tls === 'boolean') return [];
  const path = [...place.path, 'tls'];
  const { names = [], sni = {}, clientAuth = 'none', ca, cert } = tls;
  return [
    ...pairProblems(tls, path, place),
    ...names.flatMap((name, index) => nameProblems(name, [...path, 'names', index], cert)),
    ...Object.entries(sni).flatMap(([name, files]) => pairProblems(files, [...path, 'sni', name], place)),
    ...(clientAuth !== 'none' && cert !== undefined && ca === undefined
      ? [{ kind: 'needs', path: [...path, 'clientAuth'], needs: 'ca' } as const]
      : []),
    ...(ca === undefined ? [] : fileProblems(ca, [...path, 'ca'], place)),
  ];
};

const nameProblems = (name: string, path: FieldPath, cert: string | undefined): readonly ConfigProblem[] => {
  if (cert !== undefined) return [{ kind: 'excludes', path, other: 'cert, which has its own names' }];
  return hasReference(name) || isLocalName(name)
    ? []
    : [{ kind: 'invalid', path, found: name, expected: 'local-name' }];
};

/** A certificate and its key. */
export const pairProblems = (
  { cert, key }: Partial<CertificateOptions>,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (cert === undefined)
    return key === undefined ? [] : [{ kind: 'needs', path: [...path, 'key'], needs: 'cert' }];
  if (key === undefined) return [{ kind: 'needs', path: [...path, 'cert'], needs: 'key' }];
  const missing = [
    ...fileProblems(cert, [...path, 'cert'], place),
    ...fileProblems(key, [...path, 'key'], place),
  ];
  return missing.length > 0 ? missing : contentProblems({ cert, key }, path, place);
};

/** Finds what keeps a client from TLS. */
export const upstreamTlsProblems = (
  tls: UpstreamTls | undefined,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] =>
  tls === undefined
    ? []
    : [
        ...pairProblems(tls, path, place),
        ...notBoth(tls, 'certificate', 'cert', path),
        ...(tls.ca === undefined ? [] : fileProblems(tls.ca, [...path, 'ca'], place)),
      ];

/** A file at a path with a reference, as in a volume, may be written while the pod starts. */
export const fileProblems = (file: string, path: FieldPath, place: PresetPlace): readonly ConfigProblem[] => {
  if (hasReference(file)) return [];
  const at = pathOf(file, place);
  return place.read(at) === null ? [{ kind: 'no-such-path', path, at, expected: 'file' }] : [];
};

const contentProblems = (
  { cert, key }: CertificateOptions,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (hasReference(cert) || hasReference(key)) return [];
  const certificate = parsed(() => new X509Certificate(place.read(pathOf(cert, place)) ?? ''));
  const secret = parsed(() => createPrivateKey(place.read(pathOf(key, place)) ?? ''));
  const because = flawOf(certificate, secret);
  return because === null
    ? []
    : [
        {
          kind: 'bad-certificate',
          path: [...path, because === 'no-key' || because === 'other-key' ? 'key' : 'cert'],
          because,
        },
      ];
};

const flawOf = (certificate: X509Certificate | null, key: ReturnType<typeof createPrivateKey> | null) => {
  if (certificate === null) return 'no-certificate';
  if (key === null) return 'no-key';
  if (!certificate.checkPrivateKey(key)) return 'other-key';
  return certificate.validToDate.getTime() < Date.now() ? 'expired' : null;
};

const parsed = <Value>(parse: () => Value): Value | null => {
  try {
    return parse();
  } catch {
    return null;
  }
};
