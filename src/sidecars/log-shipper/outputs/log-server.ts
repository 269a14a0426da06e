import type { PresetPlace } from '../../../config/expand/preset.ts';
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
  { kind, schemes }: { readonly kind: string; readonly schemes: readonly string[] },
  place: PresetPlace,
  path: FieldPath,
): Found => {
  if (!written.includes('://') && !written.startsWith('${')) return processServer(written, kind, place, path);
  const [, scheme = '', authority = '', rest = ''] = URL_OF_SERVER.exec(withVariables(written, place)) ?? [];
  if (!schemes.includes(scheme))
    return { ok: false, problem: { kind: 'invalid', path, found: written, expected: 'log-server' } };
  return {
    ok: true,
    value: { scheme, authority, path: rest, process: null, isLocal: LOCAL.test(authority) },
  };
};

const processServer = (written: string, kind: string, place: PresetPlace, path: FieldPath): Found => {
  const ownPort = place.neighbors
    .get(written)
    ?.some(({ name, protocol }) => name === kind && protocol === 'tcp');
  const found = findNeighbor(ownPort === true ? `${written}.${kind}` : written, place, path);
  if (!found.ok) return found;
  const { process, members, port } = found.value;
  const authority = `${urlHost(port.host)}:\${ports.${members[0] ?? process}.${port.name}}`;
  return { ok: true, value: { scheme: null, authority, path: '', process, isLocal: true } };
};

/** A URL is taken apart here, so that its variables are read now and not when the file is written. */
const withVariables = (text: string, { env }: PresetPlace): string =>
  text.replaceAll(/\$\{env\.([^}]+)\}/g, (reference, name: string) => env[name] ?? reference);
