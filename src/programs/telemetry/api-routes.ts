import type { Answer } from '../admin/serve-admin.ts';
import { entryOf, traceIdOf } from './answers/log-answers.ts';
import { type Outline, outlineOf, summaryOf, traceOf } from './answers/trace-answers.ts';
import type { LogEntry, LogList, ServiceList, TraceList } from './api.ts';
import type { Window } from './window.ts';

/** Answers have so many entries at most, whatever `limit` says. */
const MOST = 1_000;
const BY_DEFAULT = 100;

interface Question {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Media types that are taken. */
  readonly accept: string;
}

/** Answers what `api.ts` describes; `null`: there is no such path. `now` in milliseconds since 1970. */
export const answerApi = async (
  window: Window,
  { method, path, query, accept }: Question,
  now: number,
): Promise<Answer | null> => {
  if (method !== 'GET') return null;
  const [, room, id, more] = path.split('/');
  if (more !== undefined) return null;
  if (room === 'traces' && id !== undefined) return traceAnswer(window, id);
  if (id !== undefined) return null;
  switch (room) {
    case 'traces':
      return listed(query, (wanted) => traceList(window, wanted));
    case 'logs':
      return listed(query, (wanted) => logList(window, wanted));
    case 'services':
      return { status: 200, json: { services: window.services.figures(now) } satisfies ServiceList };
    case 'federate':
      return {
        status: 200,
        ...(await (await import('./federate/federate.ts')).federate(window.metrics.points, accept)),
      };
    default:
      return null;
  }
};

interface Wanted {
  readonly query: URLSearchParams;
  readonly since: number;
  readonly limit: number;
  /** Milliseconds. */
  readonly minDuration: number;
}

const listed = (query: URLSearchParams, list: (wanted: Wanted) => object): Answer => {
  const since = numberIn(query, 'since', 0);
  const limit = numberIn(query, 'limit', BY_DEFAULT);
  const minDuration = durationIn(query.get('minDuration') ?? '0ms');
  if (since === null || limit === null) return badQuery('since and limit are numbers');
  if (minDuration === null) return badQuery('minDuration is a time, such as 250ms or 1.5s');
  return { status: 200, json: list({ query, since, limit: Math.min(limit, MOST), minDuration }) };
};

const badQuery = (error: string): Answer => ({ status: 400, json: { error, status: 400 } });

const numberIn = (query: URLSearchParams, name: string, byDefault: number): number | null => {
  const text = query.get(name);
  if (text === null) return byDefault;
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
};

const UNITS = { us: 1e-3, ms: 1, s: 1_000, m: 60_000 } as const;

const durationIn = (text: string): number | null => {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(us|ms|s|m)$/.exec(text) ?? [];
  return amount === undefined ? null : Number(amount) * UNITS[unit as keyof typeof UNITS];
};

const isTrue = (text: string | null): boolean => text !== null && text !== '0' && text !== 'false';

const traceList = ({ traces }: Window, { query, since, limit, minDuration }: Wanted): TraceList => {
  const service = query.get('service');
  const isError = isTrue(query.get('error'));
  const isWanted = (trace: Outline): boolean =>
    (service === null || trace.services.includes(service)) &&
    (!isError || trace.errors > 0) &&
    trace.duration >= minDuration;
  const found = traces.changedAfter(since).map(outlineOf).filter(isWanted);
  found.sort((one, other) => other.startTime - one.startTime);
  return { traces: found.slice(0, limit).map(summaryOf), next: traces.change };
};

const ID = /^[0-9a-f]{1,32}$/;

const traceAnswer = ({ traces }: Window, id: string): Answer => {
  const written = id.toLowerCase();
  const exact = traces.get(written);
  const found = exact === undefined && ID.test(written) ? traces.beginningWith(written) : [];
  const trace = exact ?? found[0];
  if (trace !== undefined && found.length <= 1) return { status: 200, json: traceOf(trace) };
  const error =
    found.length > 1
      ? `${found.length} traces have an id that begins with ${written}: write more of it`
      : `there is no trace ${written}: it has not come, or has given way to newer ones`;
  return { status: 404, json: { error, status: 404 } };
};

const logList = ({ logs }: Window, { query, since, limit }: Wanted): LogList => {
  const [trace, service] = [query.get('trace'), query.get('service')];
  const text = query.get('q')?.toLowerCase() ?? '';
  const found: LogEntry[] = [];
  for (const log of logs.after(since)) {
    if (found.length >= limit) break;
    if (service !== null && log.owner.service !== service) continue;
    if (trace !== null && traceIdOf(log) !== trace) continue;
    const entry = entryOf(log);
    if (text === '' || mentions(entry, text)) found.push(entry);
  }
  return { logs: found, next: logs.change };
};

const mentions = ({ body, attributes }: LogEntry, text: string): boolean =>
  body.toLowerCase().includes(text) || JSON.stringify(attributes).toLowerCase().includes(text);
