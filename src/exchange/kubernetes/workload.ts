import { compact } from '../export/compact.ts';
import type { Part } from '../export/parts.ts';
import type { Kind, Manifest } from './export-options.ts';
import type { RestartPolicy } from './restarts.ts';

/** A job of a pod that has failed is over. With `OnFailure` it would count every restart, those of sidecars included. */
const BACKOFF_LIMITS = { Never: 0, OnFailure: 2 ** 31 - 1, Always: undefined } as const;

/** What runs a part of a pod. `restartPolicy`: that of its containers. */
export const workloadOf = (
  kind: Kind,
  { name, replicas: wanted }: Part,
  {
    restartPolicy,
    spec,
    claims,
  }: {
    readonly restartPolicy: RestartPolicy;
    readonly spec: Manifest;
    readonly claims: readonly Manifest[];
  },
): Manifest => {
  const replicas = wanted > 1 ? wanted : undefined;
  const labels = { 'app.kubernetes.io/name': name };
  const metadata = { name, labels };
  const template = { metadata: { labels }, spec };
  const selector = { matchLabels: labels };
  switch (kind) {
    case 'pod':
      return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
    case 'job':
      return {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata,
        spec: compact({
          completions: replicas,
          parallelism: replicas,
          backoffLimit: BACKOFF_LIMITS[restartPolicy],
          template,
        }),
      };
    case 'statefulset':
      return {
        apiVersion: 'apps/v1',
        kind: 'StatefulSet',
        metadata,
        spec: compact({
          replicas,
          serviceName: name,
          selector,
          template,
          volumeClaimTemplates: claims.map(({ metadata: its, spec: claimed }) => ({
            metadata: its,
            spec: claimed,
          })),
        }),
      };
    case 'deployment':
      return {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata,
        spec: compact({
          replicas,
          // Two pods at once could not have the same claim.
          strategy: claims.length > 0 ? { type: 'Recreate' } : undefined,
          selector,
          template,
        }),
      };
    default:
      return kind satisfies never;
  }
};
