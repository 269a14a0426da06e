import { formatValue } from '../api/format-value.ts';
import type { Alert } from './alert-states.ts';
import type { RunningRule } from './running-rule.ts';

const timeText = (time: number | null): string => new Date(time ?? 0).toISOString();

export const alertJson = ({ labels, annotations, value, activeAt, state }: Alert): object => ({
  ...{ labels: Object.fromEntries(labels), annotations, state },
  activeAt: timeText(activeAt),
  value: formatValue(value),
});

/** A rule as `/api/v1/rules` has it. */
export const ruleJson = (running: RunningRule): object => {
  const { rule, alerts, lastError, lastEvaluation } = running;
  return {
    ...{ name: rule.name, query: rule.expr, labels: rule.labels },
    ...{ health: healthOf(running), lastError, lastEvaluation: timeText(lastEvaluation) },
    ...(rule.kind === 'record'
      ? { type: 'recording' }
      : {
          ...{ type: 'alerting', state: stateOf(alerts), duration: rule.for / 1_000 },
          ...{ annotations: rule.annotations, alerts: alerts.map(alertJson) },
        }),
  };
};

const healthOf = ({ lastError, lastEvaluation }: RunningRule): string => {
  if (lastError !== '') return 'err';
  return lastEvaluation === null ? 'unknown' : 'ok';
};

const stateOf = (alerts: readonly Alert[]): string => {
  if (alerts.some(({ state }) => state === 'firing')) return 'firing';
  return alerts.length === 0 ? 'inactive' : 'pending';
};
