import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import { record, text } from '../../reading/read-yaml.ts';
import type { Workload } from './manifests.ts';

/** What a pod is told of itself; null for what nothing here has. */
export const fieldOf = (
  path: string,
  { name, namespace, metadata, pod }: Workload,
): readonly string[] | null => {
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return [text(record(metadata[map])[key]) ?? ''];
  const known = new Map([
    ['metadata.name', name],
    ['metadata.namespace', namespace],
    ['spec.serviceAccountName', text(pod['serviceAccountName']) ?? 'default'],
    ['spec.nodeName', 'localhost'],
    ['status.podIP', '127.0.0.1'],
    ['status.podIPs', '127.0.0.1'],
    ['status.hostIP', HOST_OF_CONTAINERS],
  ]).get(path);
  return known === undefined ? null : [known];
};
