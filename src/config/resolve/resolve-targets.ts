import { resolve } from 'node:path';
import type { ConfigProblem, Expectation, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import type { MountSpec, PortSpec, ProbeTarget } from '../../model/pod-spec.ts';
import type { Address, AddressOf, Consumer } from './address-of.ts';
import { isWithin } from './declared.ts';
import type { FilledProcess } from './filled-process.ts';
import { resolveCommand } from './resolve-command.ts';
import { behindMounts } from './resolve-mounts.ts';

/** Context that targets of probes and hooks are resolved in. */
export interface TargetContext {
  readonly process: string;
  readonly ports: readonly PortSpec[];
  /** The numbers of these ports in the config. */
  readonly declared: readonly (number | 'auto')[];
  readonly addressOf: AddressOf;
  readonly folder: string;
  /** What the process sees elsewhere than this machine. */
  readonly mounts: readonly MountSpec[];
  /** True if it runs in a container. */
  readonly isContained: boolean;
  readonly report: (problem: ConfigProblem) => void;
}

type HttpSpec = Extract<ProbeTarget, { kind: 'http' }>;
type Readiness = Exclude<FilledProcess['fields']['readiness'], false | undefined>;
export type FilledTargets = Pick<Readiness, 'http' | 'tcp' | 'exec' | 'grpc' | 'log' | 'file' | 'notify'>;
type FilledHttp = NonNullable<FilledTargets['http']>;

/** The one target of a probe. A missing one, which is reported elsewhere, becomes `notify`. */
export const resolveTarget = (
  targets: FilledTargets,
  path: FieldPath,
  context: TargetContext,
): ProbeTarget => {
  const { http, tcp, exec, grpc, log, file } = targets;
  if (http !== undefined) return resolveHttp(http, [...path, 'http'], context);
  if (tcp !== undefined) return { kind: 'tcp', ...resolvePort(tcp, [...path, 'tcp'], context) };
  if (exec !== undefined) return { kind: 'exec', command: resolveCommand(exec) };
  if (grpc !== undefined) return resolveGrpc(grpc, [...path, 'grpc'], context);
  if (log !== undefined) return { kind: 'log', pattern: log };
  if (file !== undefined) return { kind: 'file', path: resolveFile(file, [...path, 'file'], context) };
  return { kind: 'notify' };
};

/** The supervisor checks the file, and does not see the process's mounts. Of a container it sees nothing but these. */
const resolveFile = (
  file: string,
  path: FieldPath,
  { folder, mounts, isContained, report }: TargetContext,
): string => {
  const absolute = resolve(folder, file);
  if (isContained && !mounts.some((mount) => isWithin(absolute, mount.path)))
    report({ kind: 'not-in-container', path, instead: 'exec, or a path in a volume' });
  return behindMounts(absolute, mounts);
};

export const resolveHttp = (http: FilledHttp, path: FieldPath, context: TargetContext): HttpSpec => {
  if (typeof http === 'string') {
    const url = http.startsWith('/')
      ? urlOf(firstPort(path, context), http)
      : absoluteUrl(http, path, context);
    return { kind: 'http', url, headers: {}, status: null };
  }
  const { port, path: urlPath = '/', scheme, headers = {}, status = null } = http;
  const address =
    port === undefined ? firstPort(path, context) : resolvePort(port, [...path, 'port'], context);
  return { kind: 'http', url: urlOf(address, urlPath, scheme), headers, status };
};

const resolveGrpc = (
  grpc: NonNullable<FilledTargets['grpc']>,
  path: FieldPath,
  context: TargetContext,
): ProbeTarget => {
  if (typeof grpc !== 'object') return { kind: 'grpc', ...resolvePort(grpc, path, context), service: '' };
  return { kind: 'grpc', ...resolvePort(grpc.port, [...path, 'port'], context), service: grpc.service ?? '' };
};

/** The supervisor probes, whatever it is that runs. */
const SUPERVISOR: Consumer = 'this-machine';

/** Used only after a reported problem: nothing is ever sent there. */
const nowhere: Address = { host: '127.0.0.1', port: 1 };

const firstPort = (path: FieldPath, { process, ports, addressOf, report }: TargetContext): Address => {
  const first = ports.find(({ protocol }) => protocol === 'tcp');
  if (first !== undefined) return addressOf(first, SUPERVISOR);
  report({ kind: 'no-port', path, process });
  return nowhere;
};

/** Resolves a port of the process by name, or any port by number, which is also the result of a reference. */
const resolvePort = (port: string | number, path: FieldPath, context: TargetContext): Address => {
  const number = typeof port === 'number' ? port : /^\d+$/.test(port) ? Number(port) : null;
  return number === null ? namedPort(String(port), path, context) : numberedPort(number, path, context);
};

const namedPort = (
  found: string,
  path: FieldPath,
  { process, ports, addressOf, report }: TargetContext,
): Address => {
  const own = ports.find(({ name }) => name === found);
  if (own?.protocol === 'tcp') return addressOf(own, SUPERVISOR);
  const known = ports.map(({ name }) => name);
  if (own !== undefined) report({ kind: 'no-port', path, process });
  else report({ kind: 'unknown-name', named: 'port', path, found, nearest: nearest(found, known), known });
  return nowhere;
};

const numberedPort = (
  port: number,
  path: FieldPath,
  { ports, declared, addressOf, report }: TargetContext,
): Address => {
  const own = ports.find(
    (candidate, index) =>
      [candidate.port, candidate.target, declared[index]].includes(port) && candidate.protocol === 'tcp',
  );
  if (own !== undefined) return addressOf(own, SUPERVISOR);
  if (port < 1 || port > 65_535) report({ kind: 'invalid', path, found: port, expected: 'tcp-target' });
  return { host: '127.0.0.1', port };
};

const urlOf = ({ host, port }: Address, path: string, scheme: 'http' | 'https' = 'http'): string =>
  `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}${path}`;

const absoluteUrl = (text: string, path: FieldPath, { report }: TargetContext): string => {
  const protocol = URL.parse(text)?.protocol;
  if (protocol !== 'http:' && protocol !== 'https:') {
    const expected: Expectation = 'http-target';
    report({ kind: 'invalid', path, found: text, expected });
  }
  return text;
};
