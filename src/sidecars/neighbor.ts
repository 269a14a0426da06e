import type { NeighborPort, PresetPlace } from '../config/expand/preset.ts';
import type { ConfigProblem, FieldPath } from '../model/failures/config-problem.ts';
import { nearest } from '../model/nearest.ts';

interface Neighbor {
  /** Name as written. */
  readonly process: string;
  /** Names of the processes that have the port: of all instances, where the name of their app is written. */
  readonly members: readonly string[];
  readonly port: NeighborPort;
}

type Found =
  | { readonly ok: true; readonly value: Neighbor }
  | { readonly ok: false; readonly problem: ConfigProblem };

/** The TCP port that `redis` (its first one) or `redis.main` names. */
export const findNeighbor = (written: string, place: PresetPlace, path: FieldPath): Found => {
  const { neighbors, instances } = place;
  const [process = '', port] = written.split('.');
  const members = instances.get(process) ?? [process];
  const ports = neighbors.get(members[0] ?? '')?.filter(({ protocol }) => protocol === 'tcp');
  if (ports === undefined)
    return unknown('process', process, [...neighbors.keys(), ...instances.keys()], path);
  const [first] = ports;
  if (first === undefined) return { ok: false, problem: { kind: 'no-tcp-port', path, process } };
  const found = port === undefined ? first : ports.find(({ name }) => name === port);
  if (found === undefined)
    return unknown(
      'port-of-process',
      written,
      ports.map(({ name }) => `${process}.${name}`),
      path,
    );
  return { ok: true, value: { process, members, port: found } };
};

const unknown = (
  named: 'process' | 'port-of-process',
  found: string,
  known: readonly string[],
  path: FieldPath,
): Found => ({
  ok: false,
  problem: { kind: 'unknown-name', named, path, found, nearest: nearest(found, known), known },
});

/** In an address, an IPv6 host stands in brackets. */
export const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
