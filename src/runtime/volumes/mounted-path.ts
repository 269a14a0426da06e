import { join } from 'node:path';
import type { MountSpec } from '../../model/pod-spec.ts';

/** Absolute path of what is mounted: a volume, a part of it, or a file. */
export const mountedPath = ({ source, subPath }: Pick<MountSpec, 'source' | 'subPath'>): string =>
  join(source, subPath);
