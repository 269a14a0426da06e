import type { PodRequest } from '../../pod/request-pod.ts';
import type { AlertChange } from './alert-states.ts';

/** What the pod takes of each text. */
const LONGEST = 1_000;

/** What the pod is told of an alert. It is about the process that its series names, by `process` or by `job`. */
export const alertRequest = ({ alert: { labels, annotations }, is }: AlertChange, by: string): PodRequest => {
  const { alertname = '', ...others } = Object.fromEntries(
    [...labels].map(([name, value]) => [name.slice(0, LONGEST), value.slice(0, LONGEST)]),
  );
  return {
    ...{ type: 'alert', by, alert: alertname, alertState: is, labels: others },
    process: others['process'] ?? others['job'] ?? by,
    summary: summaryOf(annotations).slice(0, LONGEST),
  };
};

export const summaryOf = ({ summary, description }: Readonly<Record<string, string>>): string =>
  summary ?? description ?? '';
