import { isAbsolute, join, normalize } from 'node:path';
import type { PresetPlace } from '../config/expand/preset.ts';
import type { ConfigProblem, FieldPath } from '../model/failures/config-problem.ts';
import { nearest } from '../model/nearest.ts';
import { literal } from './embedded-program.ts';
import { pathOf } from './traffic/server-tls.ts';

/** A file: in a volume, or relative to the config's folder. */
export interface VolumePath {
  readonly path: string;
  readonly volume?: string | undefined;
}

/** Its absolute path, with a reference to the volume. */
export const volumePath = ({ path, volume }: VolumePath, place: PresetPlace): string =>
  volume === undefined ? pathOf(path, place) : join(`\${volumes.${volume}}`, literal(path));

/** Finds a volume that is not there, and a path that leads out of it. */
export const volumePathProblems = (
  { path: within, volume: found }: VolumePath,
  path: FieldPath,
  { volumes }: PresetPlace,
): readonly ConfigProblem[] => {
  if (found === undefined) return [];
  if (!volumes.includes(found)) {
    const at = [...path, 'volume'];
    return [
      {
        kind: 'unknown-name',
        named: 'volume',
        path: at,
        found,
        nearest: nearest(found, volumes),
        known: volumes,
      },
    ];
  }
  return isAbsolute(within) || normalize(within).split('/')[0] === '..'
    ? [{ kind: 'invalid', path: [...path, 'path'], found: within, expected: 'path-in-volume' }]
    : [];
};
