import type { PresetPlace } from '../../config/expand/preset.ts';
import type { UpstreamTls } from '../../config/traffic.ts';
import type { ClientTlsOptions } from '../../programs/proxy/options.ts';
import type { Target } from '../traffic/find-target.ts';
import { filesOf, pathOf } from '../traffic/server-tls.ts';

/** TLS towards a server. A URL says itself whether it has TLS; of a process, the config says it. */
export const fillClientTls = (
  tls: UpstreamTls | undefined,
  targets: readonly Target[],
  place: PresetPlace,
): ClientTlsOptions | null => {
  const hasTls = targets.some(({ scheme }) => scheme === 'https' || (scheme === null && tls !== undefined));
  return hasTls ? fillTlsOf(tls, place) : null;
};

/** TLS towards a server that has it. */
export const fillTlsOf = (tls: UpstreamTls | undefined, place: PresetPlace): ClientTlsOptions => {
  const { ca, cert, key, certificate, serverName, insecureSkipVerify = false } = tls ?? {};
  const files = cert === undefined || key === undefined ? null : filesOf({ cert, key }, place);
  return {
    ca: ca === undefined ? null : pathOf(ca, place),
    certificate: certificate ?? files,
    serverName: serverName ?? null,
    verify: !insecureSkipVerify,
  };
};
