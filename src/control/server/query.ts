import { querySchema } from './request-schema.ts';

export interface Query {
  readonly follow: boolean;
  readonly reveal: boolean;
  readonly since: number | null;
  readonly tail: number | null;
  /** Names of the processes; empty for all. */
  readonly processes: readonly string[];
}

/** Returns null if a parameter is unknown, or has an invalid value. */
export const readQuery = (params: URLSearchParams): Query | null => {
  const given: Record<string, string | string[]> = Object.create(null);
  for (const name of new Set(params.keys())) {
    const values = params.getAll(name);
    given[name] = name === 'process' || values.length > 1 ? values : (values[0] ?? '');
  }
  const parsed = querySchema.safeParse(given);
  if (!parsed.success) return null;
  const { follow, reveal, since, tail, process } = parsed.data;
  return {
    follow: follow === '1',
    reveal: reveal === '1',
    since: since === undefined ? null : Number(since),
    tail: tail === undefined ? null : Number(tail),
    processes: process ?? [],
  };
};
