import type { PresetPlace } from '../../config/expand/preset.ts';
import type { ProxyOptions } from '../../programs/proxy/options.ts';
import { literal } from '../embedded-program.ts';
import { urlHost } from '../neighbor.ts';

/** As of every ready-made sidecar: open requests have this long to end at a stop. */
const DRAIN_TIMEOUT = 2_000;

const LIMITS: ProxyOptions['limits'] = {
  connections: 20_000,
  headerBytes: 64 * 1024,
  heldBytes: 64 * 1024 * 1024,
};

/** The options of a proxy besides what it does. */
export const proxyFrame = (
  place: PresetPlace,
): Pick<ProxyOptions, 'name' | 'pod' | 'admin' | 'certificates' | 'drainTimeout' | 'limits'> => ({
  name: place.name,
  pod: literal(place.pod),
  admin: ownAddress('admin', place),
  certificates: literal(place.certificates.folder),
  drainTimeout: DRAIN_TIMEOUT,
  limits: LIMITS,
});

/** The address of one of its own ports, to listen on. */
export const ownAddress = (port: string, { name, hostOf }: PresetPlace): string =>
  `${urlHost(hostOf(port))}:\${ports.${name}.${port}}`;
