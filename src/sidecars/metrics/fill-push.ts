import type { PresetPlace } from '../../config/expand/preset.ts';
import type { MetricsPush } from '../../config/observe/metrics-push.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { PushOptions } from '../../programs/otlp/push-metrics.ts';
import { milliseconds } from '../traffic/time.ts';
import { intervalProblems } from './interval-problems.ts';
import { OTLP_SERVER, serverProblems, serversAt } from './server-url.ts';

const DEFAULT_INTERVAL = 10_000;

export const fillPush = (push: MetricsPush | undefined, place: PresetPlace): PushOptions | null => {
  if (push === undefined) return null;
  const [server] = serversAt(push.otlp, OTLP_SERVER, place);
  return {
    endpoint: server?.base ?? '',
    headers: push.headers ?? {},
    interval: milliseconds(push.interval, DEFAULT_INTERVAL),
  };
};

export const pushProblems = (push: MetricsPush | undefined, place: PresetPlace): readonly ConfigProblem[] => {
  const path = [...place.path, 'push'];
  return push === undefined
    ? []
    : [
        ...serverProblems(push.otlp, OTLP_SERVER, [...path, 'otlp'], place),
        ...intervalProblems(push.interval, [...path, 'interval']),
      ];
};
