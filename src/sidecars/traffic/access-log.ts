import type { PresetPlace } from '../../config/expand/preset.ts';
import type { AccessLog } from '../../config/traffic.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { AccessLogOptions } from '../../programs/proxy/options.ts';
import { notBoth } from './check.ts';
import { pathOf } from './server-tls.ts';

export const fillAccessLog = (log: AccessLog = 'text', place: PresetPlace): AccessLogOptions | null => {
  if (log === false) return null;
  if (typeof log === 'string') return { format: log, path: null };
  const { format = 'text', path, volume } = log;
  if (volume !== undefined) return { format, path: `\${volumes.${volume}}/${place.name}.log` };
  return { format, path: path === undefined ? null : pathOf(path, place) };
};

export const accessLogProblems = (
  log: AccessLog | undefined,
  { path, volumes }: PresetPlace,
): readonly ConfigProblem[] => {
  if (typeof log !== 'object') return [];
  const at = [...path, 'accessLog'];
  const { volume: found } = log;
  const isUnknown = found !== undefined && !volumes.includes(found);
  return [
    ...notBoth(log, 'volume', 'path', at),
    ...(isUnknown
      ? [
          {
            ...({ kind: 'unknown-name', named: 'volume', path: [...at, 'volume'] } as const),
            ...{ found, nearest: nearest(found, volumes), known: volumes },
          },
        ]
      : []),
  ];
};
