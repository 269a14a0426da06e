import type { UsageWithDetails } from '../pod-client.ts';
import { requestShapes } from './request-shapes.ts';

export interface Query {
  readonly follow: boolean;
  readonly reveal: boolean;
  readonly since: number | null;
  readonly tail: number | null;
  /** Null: usage without details. */
  readonly details: UsageWithDetails | null;
  /** Names of the processes; empty for all. */
  readonly processes: readonly string[];
}

/** Milliseconds between two samples of usage with details. */
const DEFAULT_PERIOD = 1_000;

const WITHOUT_PARAMETERS: Query = {
  ...{ follow: false, reveal: false, since: null },
  ...{ tail: null, details: null, processes: [] },
};

/** Resolves with null if a parameter is unknown, or has an invalid value. */
export const readQuery = async (params: URLSearchParams): Promise<Query | null> => {
  if (params.size === 0) return WITHOUT_PARAMETERS;
  const { querySchema } = await requestShapes();
  const given: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    given[name] = name === 'process' || values.length > 1 ? values : (values[0] ?? '');
  }
  const parsed = querySchema.safeParse(given);
  if (!parsed.success) return null;
  const { follow, reveal, since, tail, details, period, process } = parsed.data;
  return {
    follow: follow === '1',
    reveal: reveal === '1',
    since: since === undefined ? null : Number(since),
    tail: tail === undefined ? null : Number(tail),
    details: details === '1' ? { period: Number(period ?? DEFAULT_PERIOD) } : null,
    processes: process ?? [],
  };
};
