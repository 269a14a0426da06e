import type { Part } from '../export/parts.ts';
import type { Process } from '../export/pod.ts';
import type { Losses } from '../form/losses.ts';
import type { Kind } from './export-options.ts';

/** What a kubelet does with the containers of a pod that end. Sidecars are always started again. */
export type RestartPolicy = 'Always' | 'OnFailure' | 'Never';

const POLICIES = { always: 'Always', 'on-failure': 'OnFailure', never: 'Never' } as const;

/** A Deployment and a StatefulSet start their containers again whenever these end. A Job never does after a success. */
export const restartPolicyOf = (kind: Kind, { processes, isShared }: Part): RestartPolicy => {
  if (kind === 'deployment' || kind === 'statefulset') return 'Always';
  const wanted = isShared ? 'Always' : POLICIES[primaryOf(processes)?.restart.policy ?? 'never'];
  return kind === 'job' && wanted === 'Always' ? 'OnFailure' : wanted;
};

const primaryOf = (processes: readonly Process[]): Process | undefined =>
  processes.find(({ role }) => role === 'primary');

const NAMES = { deployment: 'Deployment', statefulset: 'StatefulSet', job: 'Job', pod: 'Pod' } as const;

/** Tells which processes start again where they would not here, or the reverse, and when. */
export const reportRestarts = (part: Part, kind: Kind, losses: Losses): void => {
  const policy = restartPolicyOf(kind, part);
  for (const process of part.processes) {
    const lost = losses.of(process.name);
    const { restart, role } = process;
    if (restart.policy !== policyThere(role, policy)) lost(reasonOf(role, kind, policy), 'restart.policy');
    if (restart.limit !== null) lost('a kubelet never gives up', 'restart.limit');
    if (!hasUsualTimes(process))
      lost('a kubelet waits longer each time, from 10 s to 5 minutes', 'restart.backoff');
  }
};

const HERE = { Always: 'always', OnFailure: 'on-failure', Never: 'never' } as const;

const policyThere = (role: Process['role'], policy: RestartPolicy): Process['restart']['policy'] => {
  if (role === 'sidecar') return 'always';
  return role === 'init' && policy === 'Always' ? 'on-failure' : HERE[policy];
};

const reasonOf = (role: Process['role'], kind: Kind, policy: RestartPolicy): string => {
  if (role === 'sidecar') return 'a kubelet restarts a sidecar whenever it ends';
  if (role === 'init')
    return policy === 'Never'
      ? 'its pod fails with it, because nothing of the pod is started again'
      : 'a kubelet starts it again until it exits with 0';
  return kind === 'job'
    ? 'a Job is complete when it exits with 0'
    : `a ${NAMES[kind]} starts it again whenever it ends`;
};

const USUAL = { initial: 1000, factor: 2, max: 60_000, resetAfter: 10_000 } as const;

const hasUsualTimes = ({ restart: { backoff, resetAfter } }: Process): boolean =>
  Number(backoff.initial) === USUAL.initial &&
  Number(backoff.factor) === USUAL.factor &&
  Number(backoff.max) === USUAL.max &&
  Number(resetAfter) === USUAL.resetAfter;
