import type { NeighborPort, PresetPlace } from '../../../config/expand/preset.ts';
import type { ConfigProblem, FieldPath } from '../../../model/failures/config-problem.ts';
import { findNeighbor, urlHost } from '../../neighbor.ts';

/** A server that lines are sent to. */
export interface LogServerAddress {
  /** Scheme of its URL; `null` for a process. */
  readonly scheme: string | null;
  /** `host:port`; of a process with a reference in it. A URL may have no port. */
  readonly authority: string;
  /** Path and query of its URL; empty without. */
  readonly path: string;
  /** Process of the pod, as written. */
  readonly process: string | null;
  /** Of the port of a process, or `udp` of a URL that says so. */
  readonly protocol: 'tcp' | 'udp';
  /** Whether what is sent to it leaves this machine. */
  readonly isLocal: boolean;
}

type Found =
  | { readonly ok: true; readonly value: LogServerAddress }
  | { readonly ok: false; readonly problem: ConfigProblem };

const URL_OF_SERVER = /^([a-z]+):\/\/([^/?#@\s]+)((?:[/?][^#\s]*)?)$/;
const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::|$)/;

/** Finds the server that an output names. `kind`: name of the port of a process that it prefers. */
export const findLogServer = (
  written: string,
  { kind, schemes }: WantedServer,
  place: PresetPlace,
  path: FieldPath,
): Found => {
  if (!written.includes('://') && !written.startsWith('${'))
    return processServer(written, { kind, schemes }, place, path);
  const [, scheme = '', authority = '', rest = ''] = URL_OF_SERVER.exec(withVariables(written, place)) ?? [];
  const isSocket = !schemes.includes('http');
  if (
    !schemes.includes(scheme) ||
    (isSocket && (rest !== '' || !/:\d{1,5}$/.test(authority)) && !authority.endsWith('}'))
  ) {
    const expectation = isSocket ? 'log-socket' : 'log-server';
    return { ok: false, problem: { kind: 'invalid', path, found: written, expected: expectation } };
  }
  const protocol = scheme === 'udp' ? 'udp' : 'tcp';
  return {
    ok: true,
    value: { scheme, authority, path: rest, process: null, protocol, isLocal: LOCAL.test(authority) },
  };
};

/** The kind of an output, and the schemes that a URL may have. */
interface WantedServer {
  readonly kind: string;
  readonly schemes: readonly string[];
}

const processServer = (
  written: string,
  { kind, schemes }: WantedServer,
  place: PresetPlace,
  path: FieldPath,
): Found => {
  const [name = '', named] = written.split('.');
  const udp = schemes.includes('udp') ? udpPort(name, named, place) : undefined;
  if (udp !== undefined) return { ok: true, value: serverAt(name, udp) };
  const ownPort = place.neighbors.get(written)?.some((port) => port.name === kind && port.protocol === 'tcp');
  const found = findNeighbor(ownPort === true ? `${written}.${kind}` : written, place, path);
  if (!found.ok) return found;
  const { process, members, port } = found.value;
  return { ok: true, value: { ...serverAt(members[0] ?? process, port), process } };
};

const udpPort = (
  process: string,
  named: string | undefined,
  { neighbors }: PresetPlace,
): NeighborPort | undefined =>
  neighbors.get(process)?.find(({ name, protocol }) => protocol === 'udp' && name === named);

const serverAt = (process: string, { name, host, protocol }: NeighborPort): LogServerAddress => ({
  ...{ scheme: null, path: '', process, protocol, isLocal: true },
  authority: `${urlHost(host)}:\${ports.${process}.${name}}`,
});

/** A URL is taken apart here, so that its variables are read now and not when the file is written. */
const withVariables = (text: string, { env }: PresetPlace): string =>
  text.replaceAll(/\$\{env\.([^}]+)\}/g, (reference, name: string) => env[name] ?? reference);
