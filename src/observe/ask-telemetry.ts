import type { Milliseconds } from '../model/vocabulary.ts';
import type { LogList, ServiceList, Trace, TraceList } from '../programs/telemetry/api.ts';
import type { FoundSidecar } from './find-sidecar.ts';
import { getJson, type JsonAnswer } from './get-json.ts';

/** Which traces are wanted; what is left out does not matter. */
export interface TraceFilter {
  readonly service?: string | undefined;
  readonly minDuration?: Milliseconds | undefined;
  readonly error?: boolean | undefined;
  /** `next` of an earlier answer: only what is new. */
  readonly since?: number | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

type Telemetry = Pick<FoundSidecar, 'host' | 'port'>;

export const askTraces = (
  at: Telemetry,
  { service, minDuration, error, since, limit }: TraceFilter,
  signal?: AbortSignal,
): Promise<JsonAnswer<TraceList>> =>
  ask(at, 'traces', signal, {
    ...{ service, since, limit },
    minDuration: minDuration === undefined ? undefined : `${minDuration}ms`,
    error: error === true ? '1' : undefined,
  });

/** `id`: the id, or a beginning that only one trace has. */
export const askTrace = (at: Telemetry, id: string, signal?: AbortSignal): Promise<JsonAnswer<Trace>> =>
  ask(at, `traces/${encodeURIComponent(id)}`, signal, {});

/** The log records of a trace, newest first. */
export const askTraceLogs = (
  at: Telemetry,
  trace: string,
  limit: number,
  signal?: AbortSignal,
): Promise<JsonAnswer<LogList>> => ask(at, 'logs', signal, { trace, limit });

export const askServices = (at: Telemetry, signal?: AbortSignal): Promise<JsonAnswer<ServiceList>> =>
  ask(at, 'services', signal, {});

const ask = <T>(
  at: Telemetry,
  path: string,
  signal: AbortSignal | undefined,
  query: Readonly<Record<string, string | number | undefined>>,
): Promise<JsonAnswer<T>> => {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  );
  const text = new URLSearchParams(given).toString();
  return getJson(at, text === '' ? `/${path}` : `/${path}?${text}`, signal === undefined ? {} : { signal });
};
