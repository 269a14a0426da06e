import { createHash } from 'node:crypto';
import { HOST_OF_CONTAINERS } from '../../../model/container-host.ts';
import { record, text } from '../../reading/read-yaml.ts';
import type { Workload } from './manifests.ts';

/** What a pod is told of itself; null for what nothing here has. */
export const fieldOf = (path: string, workload: Workload): string | null => {
  const { namespace, metadata, pod } = workload;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map !== undefined && key !== undefined) return text(record(metadata[map])[key]) ?? '';
  const known = new Map([
    ['metadata.name', podName(workload)],
    ['metadata.namespace', namespace],
    ['metadata.uid', uidOf(`${namespace}/${podName(workload)}`)],
    ['metadata.labels', mapText(record(metadata['labels']))],
    ['metadata.annotations', mapText(record(metadata['annotations']))],
    ['spec.serviceAccountName', text(pod['serviceAccountName']) ?? 'default'],
    ['spec.nodeName', 'localhost'],
    ['status.podIP', '127.0.0.1'],
    ['status.podIPs', '127.0.0.1'],
    ['status.hostIP', HOST_OF_CONTAINERS],
    ['status.hostIPs', HOST_OF_CONTAINERS],
  ]).get(path);
  return known ?? null;
};

/** Fields that each of several pods has a value of its own for. */
export const DIFFERS: readonly string[] = ['metadata.name', 'metadata.uid'];

/** Pods of a StatefulSet have numbers. */
const podName = ({ kind, name }: Workload): string => (kind === 'StatefulSet' ? `${name}-0` : name);

/** The same for the same pod, in the form of a UUID of version 8. */
const uidOf = (name: string): string => {
  const digits = createHash('sha256').update(name).digest('hex');
  const variant = '89ab'.charAt(Number.parseInt(digits.charAt(16), 16) % 4);
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
};

/** As a kubelet writes labels and annotations into a file: sorted, with values in quotes of Go. */
const mapText = (entries: Readonly<Record<string, unknown>>): string =>
  Object.keys(entries)
    .toSorted()
    .map((key) => `${key}=${quoted(text(entries[key]) ?? '')}`)
    .join('\n');

const quoted = (value: string): string =>
  JSON.stringify(value)
    .replaceAll(/(?<!\\)((?:\\\\)*)\\u00(?=[01])/g, '$1\\x')
    .replaceAll('\x7f', '\\x7f');
