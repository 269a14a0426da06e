import { join } from 'node:path';
import type { Fields } from '../form/found-pod.ts';
import { toLabel } from '../form/label.ts';
import type { ReportLoss } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { splitShort } from './mounts.ts';

/** A volume of the pod, and where a container has it. */
export interface ContainerMount {
  readonly volume: string;
  readonly fields: Fields;
  readonly at: string;
}

/** Named volumes are kept, folders from here are used as they are, and what has no name is the container's own. */
export const containerMounts = (
  volumes: readonly unknown[],
  { folder, machine }: Source,
  reportLoss: ReportLoss,
): readonly ContainerMount[] =>
  volumes.flatMap((entry): readonly ContainerMount[] => {
    const { source, target } = splitShort(entry);
    if (source === '' || !target.startsWith('/')) return [];
    const isPath = /^(\.|\/|~)/.test(source);
    if (!isPath) return [{ volume: toLabel(source), fields: { persist: true }, at: target }];
    const path = source.startsWith('/') ? source : join(folder, source);
    const volume = toLabel(/\w/.test(source) ? source : target);
    if (machine.isFolder(path)) return [{ volume, fields: { path: source }, at: target }];
    if (machine.isFile(path)) {
      reportLoss(`its file ${source} is not at ${target}`);
      return [];
    }
    return [{ volume, fields: { persist: true }, at: target }];
  });
