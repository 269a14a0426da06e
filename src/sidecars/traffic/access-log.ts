import type { PresetPlace } from '../../config/expand/preset.ts';
import type { AccessLog } from '../../config/traffic.ts';
import type { AccessLogOptions } from '../../programs/proxy/options.ts';
import { pathOf } from './server-tls.ts';

export const fillAccessLog = (log: AccessLog = 'text', place: PresetPlace): AccessLogOptions | null => {
  if (log === false) return null;
  if (typeof log === 'string') return { format: log, path: null };
  const { format = 'text', path, volume } = log;
  if (volume !== undefined) return { format, path: `\${volumes.${volume}}/${place.name}.log` };
  return { format, path: path === undefined ? null : pathOf(path, place) };
};
