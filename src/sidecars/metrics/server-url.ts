import type { PresetPlace } from '../../config/expand/preset.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';

/** Where a server is: the base of its URLs, and the process that it is, if it is one of the pod. */
export interface ServerPlace {
  readonly base: string;
  readonly process: string | null;
}

const URL_START = /^https?:\/\//;

export const isUrl = (written: string): boolean => URL_START.test(written);

/** A URL as it is; a process or a port of one, with one base for each instance. `port`: the name that is tried first. */
export const serversAt = (written: string, port: string, place: PresetPlace): readonly ServerPlace[] => {
  if (isUrl(written)) return [{ base: written.replace(/\/+$/, ''), process: null }];
  const found = findNeighbor(withPort(written, port, place), place, []);
  if (!found.ok) throw new Error(`the server ${written} was let through`);
  const { members, port: of } = found.value;
  return members.map((process) => ({
    base: `http://${urlHost(of.host)}:\${ports.${process}.${of.name}}`,
    process,
  }));
};

export const serverProblems = (
  written: string,
  port: string,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (isUrl(written))
    // What is known only later is checked by whoever is asked.
    return written.includes('${') || URL.canParse(written)
      ? []
      : [{ kind: 'invalid', path, found: written, expected: 'metrics-server' }];
  const found = findNeighbor(withPort(written, port, place), place, path);
  return found.ok ? [] : [found.problem];
};

/** The port of that name, if the process has one. */
const withPort = (written: string, port: string, { neighbors, instances }: PresetPlace): string => {
  if (written.includes('.')) return written;
  const ports = neighbors.get(instances.get(written)?.[0] ?? written) ?? [];
  return ports.some(({ name, protocol }) => name === port && protocol === 'tcp')
    ? `${written}.${port}`
    : written;
};
