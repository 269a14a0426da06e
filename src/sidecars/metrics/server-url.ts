import type { PresetPlace } from '../../config/expand/preset.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';

/** Where a server is: the base of its URLs, and the process that it is, if it is one of the pod. */
export interface ServerPlace {
  readonly base: string;
  readonly process: string | null;
}

/** What is asked for. */
export interface ServerKind {
  /** The name of the port that is tried first. */
  readonly port: string;
  readonly scheme: 'http' | 'redis';
}

export const METRICS_SERVER: ServerKind = { port: 'metrics', scheme: 'http' };
export const PUSH_SERVER: ServerKind = { port: 'http', scheme: 'http' };
export const REDIS_SERVER: ServerKind = { port: 'redis', scheme: 'redis' };

const SCHEMES = { http: /^https?:\/\//, redis: /^redis:\/\// } as const;
const EXPECTED = { http: 'metrics-server', redis: 'redis-server' } as const;

/** A URL as it is; a process or a port of one, with one base for each instance. */
export const serversAt = (
  written: string,
  { port, scheme }: ServerKind,
  place: PresetPlace,
): readonly ServerPlace[] => {
  if (SCHEMES[scheme].test(written)) return [{ base: written.replace(/\/+$/, ''), process: null }];
  const found = findNeighbor(withPort(written, port, place), place, []);
  if (!found.ok) throw new Error(`the server ${written} was let through`);
  const { members, port: of } = found.value;
  return members.map((process) => ({
    base: `${scheme}://${urlHost(of.host)}:\${ports.${process}.${of.name}}`,
    process,
  }));
};

export const serverProblems = (
  written: string,
  { port, scheme }: ServerKind,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (SCHEMES[scheme].test(written))
    // What is known only later is checked by whoever is asked.
    return written.includes('${') || hasHost(written)
      ? []
      : [{ kind: 'invalid', path, found: written, expected: EXPECTED[scheme] }];
  const found = findNeighbor(withPort(written, port, place), place, path);
  return found.ok ? [] : [found.problem];
};

const hasHost = (url: string): boolean => URL.canParse(url) && new URL(url).hostname !== '';

/** The port of that name, if the process has one. */
const withPort = (written: string, port: string, { neighbors, instances }: PresetPlace): string => {
  if (written.includes('.')) return written;
  const ports = neighbors.get(instances.get(written)?.[0] ?? written) ?? [];
  return ports.some(({ name, protocol }) => name === port && protocol === 'tcp')
    ? `${written}.${port}`
    : written;
};
