import type { PresetPlace } from '../../config/expand/preset.ts';
import type { MetricsPush, RemoteWrite } from '../../config/observe/metrics-push.ts';
import type { ConfigProblem } from '../../model/failures/config-problem.ts';
import type { AdapterPush } from '../../programs/metrics-adapter/options.ts';
import type { PushOptions } from '../../programs/otlp/push-metrics.ts';
import { milliseconds } from '../traffic/time.ts';
import { intervalProblems } from './interval-problems.ts';
import { PUSH_SERVER, serverProblems, serversAt } from './server-url.ts';

const DEFAULT_INTERVAL = 10_000;

export const fillPush = (push: MetricsPush | undefined, place: PresetPlace): PushOptions | null => {
  if (push === undefined) return null;
  const [server] = serversAt(push.otlp, PUSH_SERVER, place);
  return { endpoint: server?.base ?? '', ...timesOf(push) };
};

/** Of an adapter, which can also send in another way. */
export const fillAdapterPush = (
  push: MetricsPush | RemoteWrite | undefined,
  place: PresetPlace,
): AdapterPush | null => {
  if (push === undefined) return null;
  if ('otlp' in push) {
    const filled = fillPush(push, place);
    return filled === null ? null : { protocol: 'otlp', ...filled };
  }
  const [server] = serversAt(push.remoteWrite, PUSH_SERVER, place);
  const path = server?.process == null ? '' : '/api/v1/write';
  return { protocol: 'remoteWrite', endpoint: `${server?.base ?? ''}${path}`, ...timesOf(push) };
};

const timesOf = ({ headers = {}, interval }: Pick<MetricsPush, 'headers' | 'interval'>) => ({
  headers,
  interval: milliseconds(interval, DEFAULT_INTERVAL),
});

export const pushProblems = (
  push: MetricsPush | RemoteWrite | undefined,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (push === undefined) return [];
  const path = [...place.path, 'push'];
  const [to, field] = 'otlp' in push ? [push.otlp, 'otlp'] : [push.remoteWrite, 'remoteWrite'];
  return [
    ...serverProblems(to, PUSH_SERVER, [...path, field], place),
    ...intervalProblems(push.interval, [...path, 'interval']),
  ];
};
