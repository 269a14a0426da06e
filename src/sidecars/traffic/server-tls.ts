import { resolve } from 'node:path';
import type { PresetPlace } from '../../config/expand/preset.ts';
import type { CertificateOptions, TlsOptions } from '../../config/traffic.ts';
import type * as Program from '../../programs/proxy/options.ts';
import { literal } from '../embedded-program.ts';

/** TLS towards clients; `null` without. */
export const fillServerTls = (
  tls: boolean | TlsOptions,
  alpn: Program.ServerTlsOptions['alpn'],
  place: PresetPlace,
): Program.ServerTlsOptions | null => {
  if (tls === false) return null;
  const {
    cert,
    key,
    names = [],
    sni = {},
    clientAuth = 'none',
    ca,
    minVersion = 'TLSv1.2',
  } = tls === true ? {} : tls;
  return {
    files: cert === undefined || key === undefined ? null : filesOf({ cert, key }, place),
    names,
    sni: Object.fromEntries(Object.entries(sni).map(([name, files]) => [name, filesOf(files, place)])),
    clientAuth,
    ca: ca === undefined ? null : pathOf(ca, place),
    ...{ minVersion, alpn },
  };
};

export const filesOf = ({ cert, key }: CertificateOptions, place: PresetPlace): CertificateOptions => ({
  cert: pathOf(cert, place),
  key: pathOf(key, place),
});

/** A path is relative to the config's folder; one that begins with a reference is absolute. */
export const pathOf = (path: string, { folder }: PresetPlace): string =>
  path.startsWith('${') ? path : resolve(literal(folder), path);
