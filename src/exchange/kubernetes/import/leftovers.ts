import type { ReportLoss } from '../../form/losses.ts';
import { type Data, record, text } from '../../reading/read-yaml.ts';
import { type Manifests, nameOf, type Workload } from './manifests.ts';

const NOWHERE = 'no counterpart on one machine';

/** Fields that are read, and those that say nothing more. */
const READ: Readonly<Record<'workload' | 'pod' | 'container' | 'user', readonly string[]>> = {
  workload: ['replicas', 'parallelism', 'selector', 'template', 'serviceName', 'volumeClaimTemplates'],
  pod: [
    ...['containers', 'initContainers', 'volumes', 'restartPolicy', 'terminationGracePeriodSeconds'],
    ...['dnsPolicy', 'schedulerName', 'enableServiceLinks', 'securityContext', 'shareProcessNamespace'],
  ],
  container: [
    ...['name', 'image', 'command', 'args', 'workingDir', 'ports', 'env', 'envFrom', 'volumeMounts'],
    ...['startupProbe', 'readinessProbe', 'livenessProbe', 'lifecycle', 'restartPolicy', 'imagePullPolicy'],
    ...['terminationMessagePath', 'terminationMessagePolicy', 'securityContext', 'stdin'],
  ],
  user: ['runAsUser', 'runAsGroup', 'fsGroup'],
};

/** Tells what of a workload has no counterpart. */
export const reportWorkload = ({ kind, spec, pod }: Workload, lost: ReportLoss): void => {
  if (kind === 'CronJob') lost('it runs once, when the pod starts', 'schedule');
  const { backoffLimit, completions, ...rest } = spec;
  if ((completions ?? 1) !== (spec['parallelism'] ?? 1)) lost(NOWHERE, 'completions');
  if (backoffLimit !== undefined && backoffLimit !== 0) lost(NOWHERE, 'backoffLimit');
  report(rest, 'workload', '', lost);
  report(pod, 'pod', '', lost);
  report(record(pod['securityContext']), 'user', 'securityContext.', lost);
};

export const reportContainer = (data: Data, lost: ReportLoss): void => {
  report(data, 'container', '', lost);
  report(record(data['securityContext']), 'user', 'securityContext.', lost);
};

const report = (data: Data, what: keyof typeof READ, prefix: string, lost: ReportLoss): void => {
  for (const [field, value] of Object.entries(data))
    if (!READ[what].includes(field) && isSaid(value)) lost(NOWHERE, `${prefix}${field}`);
};

const isSaid = (value: unknown): boolean =>
  value !== null && value !== false && !(typeof value === 'object' && Object.keys(value).length === 0);

export const reportOthers = ({ others, binary }: Manifests, lost: ReportLoss): void => {
  for (const what of binary) lost('it is no text', what);
  for (const other of others) lost(NOWHERE, `${text(other['kind'])} ${nameOf(other)}`.trim());
};
