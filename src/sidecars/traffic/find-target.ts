import type { PresetPlace } from '../../config/expand/preset.ts';
import type { Backend } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { EndpointOptions } from '../../programs/proxy/options.ts';
import { findNeighbor, urlHost } from '../neighbor.ts';
import { readServerUrl } from './server-url.ts';

/** What a backend in a config means. */
export interface Target {
  /** Name of its cluster, which has no references. */
  readonly name: string;
  readonly endpoints: readonly EndpointOptions[];
  /** Scheme of its URL; `null` if it is none. */
  readonly scheme: 'http' | 'https' | 'tcp' | null;
  /** What its URL puts before every path: `/v2`. */
  readonly base: string | null;
  /** Name of its process, as written, or `null` for a server outside of the pod. */
  readonly process: string | null;
}

type Found =
  | { readonly ok: true; readonly value: Target }
  | { readonly ok: false; readonly problem: ConfigProblem };

export const findTarget = (backend: Backend, place: PresetPlace, path: FieldPath): Found => {
  if (typeof backend === 'object') return { ok: true, value: serverTarget(backend) };
  return backend.includes('://') || backend.startsWith('${')
    ? urlTarget(backend, place, path)
    : processTarget(backend, place, path);
};

/** The target of a backend that `problems` has let through. */
export const targetOf = (backend: Backend, place: PresetPlace): Target => {
  const found = findTarget(backend, place, place.path);
  if (!found.ok) throw new Error(`the backend ${JSON.stringify(backend)} was let through`);
  return found.value;
};

const serverTarget = ({ host = '127.0.0.1', port }: Exclude<Backend, string>): Target => {
  const address = `${urlHost(host)}:${port}`;
  return {
    ...{ name: withoutReferences(address), scheme: null, base: null, process: null },
    endpoints: [{ address, host: null, weight: 1, isProcess: false }],
  };
};

const urlTarget = (written: string, { env }: PresetPlace, path: FieldPath): Found => {
  const url = readServerUrl(withVariables(written, env));
  if (url === null)
    return { ok: false, problem: { kind: 'invalid', path, found: written, expected: 'server-url' } };
  const { scheme, address, authority, base } = url;
  const host = scheme === 'tcp' ? null : authority;
  return {
    ok: true,
    value: {
      ...{ name: withoutReferences(`${scheme}://${authority}${base ?? ''}`), scheme, base, process: null },
      endpoints: [{ address, host, weight: 1, isProcess: false }],
    },
  };
};

const processTarget = (written: string, place: PresetPlace, path: FieldPath): Found => {
  const found = findNeighbor(written, place, path);
  if (!found.ok) return found;
  const { process, members, port } = found.value;
  const host = urlHost(port.host);
  const endpoints = members.map((member) => ({
    ...{ address: `${host}:\${ports.${member}.${port.name}}`, host: null, weight: 1, isProcess: true },
  }));
  return { ok: true, value: { name: written, endpoints, scheme: null, base: null, process } };
};

/** A URL is taken apart here, so that its variables are read now and not when the file is written. */
const withVariables = (text: string, env: PresetPlace['env']): string =>
  text.replaceAll(/\$\{env\.([^}]+)\}/g, (reference, name: string) => env[name] ?? reference);

const withoutReferences = (text: string): string => text.replaceAll(/\$\{([^}]*)\}/g, '$1');
