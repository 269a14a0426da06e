import type { PresetPlace } from '../../../config/expand/preset.ts';
import type {
  ElasticsearchLogOutput,
  LogOutput,
  SyslogLogOutput,
} from '../../../config/observe/log-outputs.ts';
import type { LogShipperOptions } from '../../../config/observe/log-shipper.ts';
import { parseSize } from '../../../config/schema/size.ts';
import type { ConfigProblem, FieldPath } from '../../../model/failures/config-problem.ts';
import { DEFAULTS, timeOf } from '../defaults.ts';
import { destinationsOf } from '../destinations.ts';
import { kindsOf, type OutputKind } from '../outputs/kinds.ts';
import { fillPattern } from '../patterns.ts';
import { extendedExpression } from './expression.ts';
import { globExpression, watchedPaths } from './globs.ts';

/** The path of an option below those of the sidecar. */
type Lack = readonly (string | number)[];

/** Finds what is set and rsyslog cannot do. An option that is only at its default is none. */
export const rsyslogProblems = (
  options: LogShipperOptions,
  { path, folder }: PresetPlace,
): readonly ConfigProblem[] =>
  [
    ...fromLacks(options, folder),
    ...readingLacks(options),
    ...sendingLacks(options),
    ...destinationsOf(options).flatMap(({ output }, index) =>
      outputLacks(output, ['to', ...(Array.isArray(options.to) ? [index] : [])]),
    ),
  ].map((lack) => ({
    ...({ kind: 'engine-lacks', engine: 'rsyslog', able: ['embedded'] } as const),
    path: [...path, ...lack] as FieldPath,
    option: lack.filter((part) => typeof part === 'string').join('.'),
  }));

/** The lacks whose options ask for more than rsyslog can. */
const those = (all: readonly (readonly [lack: Lack, isAsked: boolean])[]): readonly Lack[] =>
  all.flatMap(([lack, isAsked]) => (isAsked ? [lack] : []));

const fromLacks = ({ from }: LogShipperOptions, folder: string): readonly Lack[] => {
  if ('processes' in from) return [['from', 'processes']];
  const { include = DEFAULTS.include, exclude = [], path = '' } = from;
  const place = from.volume === undefined ? 'path' : 'volume';
  return those([
    // It takes the whole path for a glob.
    [['from', place], /[\\*?[\]{}]/.test(`${folder}${path}`)],
    [['from', 'include'], watchedPaths(include) === null],
    [['from', 'exclude'], exclude.some((glob) => globExpression(glob) === null)],
  ]);
};

const readingLacks = ({
  maxLineBytes = DEFAULTS.maxLineBytes,
  rotateWait = DEFAULTS.rotateWait,
  multiline,
  parse = 'none',
  redact = [],
}: LogShipperOptions): readonly Lack[] => {
  const timeout = timeOf(multiline?.timeout ?? DEFAULTS.multilineTimeout);
  return those([
    [['rotateWait'], timeOf(rotateWait) !== DEFAULTS.rotateWait],
    [['maxLineBytes'], parseSize(maxLineBytes) !== DEFAULTS.maxLineBytes],
    [['multiline', 'start'], multiline !== undefined && !isMatched(multiline.start)],
    [['multiline', 'timeout'], !isSeconds(timeout)],
    [['parse'], parse !== 'none'],
    [['redact'], redact.length > 0],
  ]);
};

const isMatched = (start: RegExp | string): boolean => extendedExpression(fillPattern(start)) !== null;

const isSeconds = (milliseconds: number): boolean => milliseconds > 0 && milliseconds % 1000 === 0;

const sendingLacks = ({ batch = {}, request = {}, deadLetter }: LogShipperOptions): readonly Lack[] => {
  const { maxBytes = DEFAULTS.maxBytes, maxEvents = DEFAULTS.maxEvents } = batch;
  const { timeout = DEFAULTS.requestTimeout, retryInitialBackoff, retryMaxDuration } = request;
  return those([
    [['batch', 'maxBytes'], parseSize(maxBytes) !== DEFAULTS.maxBytes],
    [['batch', 'maxEvents'], maxEvents !== DEFAULTS.maxEvents],
    [['batch', 'timeout'], timeOf(batch.timeout ?? DEFAULTS.batchTimeout) !== DEFAULTS.batchTimeout],
    [['request', 'timeout'], timeOf(timeout) !== DEFAULTS.requestTimeout],
    [
      ['request', 'retryInitialBackoff'],
      retryInitialBackoff !== undefined && !isSeconds(timeOf(retryInitialBackoff)),
    ],
    [['request', 'retryMaxDuration'], retryMaxDuration !== undefined && !isSeconds(timeOf(retryMaxDuration))],
    [['deadLetter'], deadLetter !== undefined],
  ]);
};

const ABLE: ReadonlySet<OutputKind> = new Set<OutputKind>(['elasticsearch', 'syslog', 'file', 'stdout']);

/** Bytes; it counts them in 32 bits. */
const LARGEST_FILE = 2 ** 31 - 1;

const outputLacks = (output: LogOutput, path: Lack): readonly Lack[] => {
  const [kind] = kindsOf(output);
  if (kind === undefined) return [];
  if (!ABLE.has(kind)) return [[...path, kind]];
  if ('file' in output && typeof output.file === 'object')
    return those([[[...path, kind, 'size'], parseSize(output.file.size ?? 0) > LARGEST_FILE]]);
  if ('syslog' in output) return syslogLacks(output.syslog, [...path, kind]);
  if ('elasticsearch' in output) return elasticsearchLacks(output.elasticsearch, [...path, kind]);
  return [];
};

/** Of certificates it compares names alone, and no addresses. */
const syslogLacks = (target: string | SyslogLogOutput, path: Lack): readonly Lack[] => {
  const { to, tls = {} } = typeof target === 'string' ? { to: target } : target;
  const isNamed = tls.serverName !== undefined || tls.insecureSkipVerify === true;
  return those([[[...path, 'tls'], !isNamed && FOREIGN_ADDRESS.test(to)]]);
};

const FOREIGN_ADDRESS = /^tls:\/\/(?!127\.|\[::1\])(?:\d+\.\d+\.\d+\.\d+|\[)/;

const elasticsearchLacks = (target: string | ElasticsearchLogOutput, path: Lack): readonly Lack[] => {
  const written = typeof target === 'string' ? { to: target } : target;
  const {
    to,
    headers = {},
    compression,
    tls,
  }: Partial<ElasticsearchLogOutput> & { readonly to: string } = written;
  const at = typeof target === 'string' ? path : [...path, 'to'];
  return those([
    [at, !/^(?:https?:\/\/[^/?]+(?:\/|\/_bulk)?|[^/]+)$/.test(to)],
    [[...path, 'headers'], Object.keys(headers).length > 0],
    [[...path, 'compression'], compression === 'gzip'],
    [[...path, 'tls', 'serverName'], tls?.serverName !== undefined],
  ]);
};
