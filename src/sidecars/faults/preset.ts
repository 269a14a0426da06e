import type { Expansion, Preset, PresetPlace } from '../../config/expand/preset.ts';
import type { FaultsOptions, HttpFault } from '../../config/ready-made.ts';
import { parseDuration } from '../../config/schema/duration.ts';
import type { HttpFault as FilledFault } from '../../programs/faults/http/http-fault.ts';
import { embeddedProgram } from '../embedded-program.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';
import { faultsOptions } from './options.ts';
import { faultsProblems } from './problems.ts';

export const faults: Preset = {
  engines: ['embedded'],
  options: faultsOptions,
  ports: () => PORTS,
  problems: faultsProblems,
  expand: (options: FaultsOptions, place): Expansion => {
    const program = embeddedProgram('faults', {
      name: place.name,
      listen: ownAddress('main', place),
      admin: ownAddress('admin', place),
      upstream: upstreamOf(options, place),
      enabled: options.enabled ?? true,
      toxics: options.toxics ?? [],
      http: (options.http ?? []).map(filledFault),
    });
    return {
      fields: { ...program, ports: PORTS, ...dependencyOf(options) },
      detour: detourOf(options, place),
      reasons: reasonsOf(options, place),
      shared: [],
    };
  },
};

const PORTS = { main: 'auto', admin: 'auto' } as const;

const ownAddress = (port: string, { name, hostOf }: PresetPlace): string =>
  `${urlHost(hostOf(port))}:\${ports.${name}.${port}}`;

const upstreamOf = ({ to }: FaultsOptions, place: PresetPlace): string => {
  if (typeof to === 'object') return `${urlHost(to.host ?? '127.0.0.1')}:${to.port}`;
  const { process, port } = neighborOf(to, place);
  return `${urlHost(port.host)}:\${ports.${process}.${port.name}}`;
};

const dependencyOf = ({ to }: FaultsOptions) =>
  typeof to === 'object' ? {} : { dependsOn: { [processIn(to)]: 'ready' as const } };

const reasonsOf = ({ to }: FaultsOptions, { path }: PresetPlace): Expansion['reasons'] =>
  typeof to === 'object' ? {} : { [processIn(to)]: [...path, 'to'] };

const processIn = (to: string): string => to.split('.')[0] ?? '';

const detourOf = ({ to, for: receivers = [] }: FaultsOptions, place: PresetPlace): Expansion['detour'] => {
  if (typeof to === 'object' || receivers.length === 0) return null;
  const { process, port } = neighborOf(to, place);
  return { process, port: port.name, through: 'main', for: receivers };
};

const filledFault = (fault: HttpFault): FilledFault => {
  const { match = {}, failFirst = null, every = null, percentage = null, status, delay } = fault;
  const byDefault = delay === undefined ? 503 : null;
  return {
    path: match.path ?? null,
    method: match.method?.toUpperCase() ?? null,
    ...{ failFirst, every, percentage },
    status: status ?? byDefault,
    delay: delay === undefined ? 0 : (parseDuration(delay) ?? 0),
  };
};

const neighborOf = (to: string, place: PresetPlace) => {
  const found = findNeighbor(to, place, [...place.path, 'to']);
  if (!found.ok) throw new Error(`the target ${to} was let through`);
  return found.value;
};
