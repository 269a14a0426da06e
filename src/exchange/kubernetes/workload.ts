import { compact } from '../export/compact.ts';
import type { Part } from '../export/parts.ts';
import type { Process } from '../export/pod.ts';
import type { Kind, Manifest } from './export-options.ts';

const POLICIES = { always: undefined, 'on-failure': 'OnFailure', never: 'Never' } as const;

/** A Deployment and a StatefulSet start their containers again whenever these end. A Job never does after a success. */
export const restartPolicyOf = (kind: Kind, [primary]: readonly Process[]): string | undefined => {
  const policy = POLICIES[primary?.restart.policy ?? 'never'];
  if (kind === 'pod') return policy;
  return kind === 'job' ? (policy ?? 'OnFailure') : undefined;
};

/** What runs a part of a pod. */
export const workloadOf = (
  kind: Kind,
  { name, replicas: wanted }: Part,
  spec: Manifest,
  claims: readonly Manifest[],
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
      // Elsewhere, too, a pod that has failed is not started again.
      return {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata,
        spec: compact({ completions: replicas, parallelism: replicas, backoffLimit: 0, template: { spec } }),
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
