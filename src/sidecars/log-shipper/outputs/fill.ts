import type { PresetPlace } from '../../../config/expand/preset.ts';
import type {
  ElasticsearchLogOutput,
  FileLogOutput,
  ForwardLogOutput,
  HttpLogOutput,
  LogOutput,
  SyslogLogOutput,
} from '../../../config/observe/log-outputs.ts';
import { parseSize } from '../../../config/schema/size.ts';
import type { HttpTarget, OutputOptions, OutputTls } from '../../../programs/log-shipper/outputs/options.ts';
import { fillTlsOf } from '../../egress/client-tls.ts';
import { literal } from '../../embedded-program.ts';
import { volumePath } from '../../volume-path.ts';
import { kindsOf, type OutputKind } from './kinds.ts';
import { findLogServer, type LogServerAddress } from './log-server.ts';

/** What all destinations of a sidecar have in common. */
interface Common {
  /** Milliseconds that a batch may take. */
  readonly timeout: number;
}

const DEFAULT_INDEX = 'logs-sidecarctl-default';

const HTTP = ['http', 'https'];

/** The paths of the kinds, for URLs without one. */
const PATHS = {
  ...{ http: '/', loki: '/loki/api/v1/push', elasticsearch: '/_bulk', otlp: '/v1/logs' },
} as const;

/** The schemes of URLs, by kind; none: it is no server. */
export const SCHEMES: Readonly<Record<OutputKind, readonly string[]>> = {
  ...{ http: HTTP, loki: HTTP, elasticsearch: HTTP, otlp: HTTP },
  ...{ syslog: ['tcp', 'tls', 'udp'], forward: ['tcp', 'tls'], file: [], stdout: [] },
};

type HttpKind = keyof typeof PATHS;

/** The program's options of an output that `outputProblems` has let through. */
export const fillOutput = (
  output: LogOutput,
  name: string,
  place: PresetPlace,
  common: Common,
): OutputOptions => {
  if ('http' in output) return { kind: 'http', ...httpTarget('http', output.http, name, place, common) };
  if ('loki' in output) return { kind: 'loki', ...httpTarget('loki', output.loki, name, place, common) };
  if ('otlp' in output) return { kind: 'otlp', ...httpTarget('otlp', output.otlp, name, place, common) };
  if ('syslog' in output) {
    const { protocol, ...target } = socketTarget('syslog', output.syslog, name, place, common);
    return { kind: 'syslog', protocol, ...target };
  }
  if ('forward' in output) {
    const { protocol: _, ...target } = socketTarget('forward', output.forward, name, place, common);
    return { kind: 'forward', ...target, tag: tagOf(output.forward) };
  }
  if ('file' in output) return { kind: 'file', name, ...fileTarget(output.file, place) };
  if ('stdout' in output) return { kind: 'stdout', name };
  const { elasticsearch } = output;
  return {
    kind: 'elasticsearch',
    ...httpTarget('elasticsearch', elasticsearch, name, place, common),
    index: indexOf(elasticsearch),
  };
};

/** The process of the pod that an output sends to, as written; `null`: none. */
export const processBehind = (output: LogOutput, place: PresetPlace): string | null => {
  const server = serverOf(output);
  if (server === null) return null;
  return addressOf(server.to, server.kind, place).process;
};

const serverOf = (output: LogOutput): { readonly to: string; readonly kind: OutputKind } | null => {
  const [kind] = kindsOf(output);
  if (kind === undefined || SCHEMES[kind].length === 0) return null;
  const target = (output as Readonly<Record<string, string | HttpLogOutput>>)[kind];
  if (target === undefined) return null;
  return { to: typeof target === 'string' ? target : target.to, kind };
};

const indexOf = (output: string | ElasticsearchLogOutput): string =>
  (typeof output === 'string' ? undefined : output.index) ?? DEFAULT_INDEX;

const httpTarget = (
  kind: HttpKind,
  written: string | HttpLogOutput,
  name: string,
  place: PresetPlace,
  { timeout }: Common,
): HttpTarget => {
  const output: HttpLogOutput =
    typeof written === 'string' ? { to: written as HttpLogOutput['to'] } : written;
  const { to, headers = {}, compression, tls } = output;
  const server = addressOf(to, kind, place);
  const hasTls = server.scheme === 'https' || (server.scheme === null && tls !== undefined);
  return {
    name,
    url: `${hasTls ? 'https' : 'http'}://${server.authority}${pathFor(kind, server)}`,
    headers,
    gzip: compression === undefined ? !server.isLocal : compression === 'gzip',
    tls: hasTls ? outputTls(tls, place) : null,
    timeout,
  };
};

const socketTarget = (
  kind: 'syslog' | 'forward',
  written: string | SyslogLogOutput,
  name: string,
  place: PresetPlace,
  { timeout }: Common,
) => {
  const output: SyslogLogOutput =
    typeof written === 'string' ? { to: written as SyslogLogOutput['to'] } : written;
  const { to, tls } = output;
  const { scheme, authority, protocol } = addressOf(to, kind, place);
  const hasTls = scheme === 'tls' || (scheme === null && tls !== undefined);
  return { name, address: authority, protocol, tls: hasTls ? outputTls(tls, place) : null, timeout };
};

const tagOf = (output: string | ForwardLogOutput): string | null =>
  (typeof output === 'string' ? undefined : output.tag) ?? null;

const addressOf = (to: string, kind: OutputKind, place: PresetPlace): LogServerAddress => {
  const found = findLogServer(to, { kind, schemes: SCHEMES[kind] }, place, place.path);
  if (!found.ok) throw new Error(`the destination ${to} was let through`);
  return found.value;
};

const pathFor = (kind: HttpKind, { path }: LogServerAddress): string => {
  if (path === '' || path === '/') return PATHS[kind];
  return path.startsWith('?') ? `${PATHS[kind]}${path}` : path;
};

const outputTls = (tls: HttpLogOutput['tls'], place: PresetPlace): OutputTls => ({
  client: fillTlsOf(tls, place),
  certificates: literal(place.certificates.folder),
  pod: place.pod,
  sidecar: place.name,
});

const fileTarget = (written: string | FileLogOutput, place: PresetPlace) => {
  const {
    path,
    volume,
    size = '64MiB',
    keep = 5,
  } = typeof written === 'string' ? { path: written } : written;
  return {
    path: volumePath({ path, volume }, place),
    ...{ size: parseSize(size), keep },
  };
};
