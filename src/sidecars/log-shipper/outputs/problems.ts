import type { PresetPlace } from '../../../config/expand/preset.ts';
import type {
  FileLogOutput,
  HttpLogOutput,
  LogOutput,
  SyslogLogOutput,
} from '../../../config/observe/log-outputs.ts';
import { parseSize } from '../../../config/schema/size.ts';
import type { ConfigProblem, FieldPath } from '../../../model/failures/config-problem.ts';
import { headerNameProblems, headerValueProblems } from '../../traffic/check.ts';
import { upstreamTlsProblems } from '../../traffic/tls-problems.ts';
import { volumePathProblems } from '../../volume-path.ts';
import { SCHEMES } from './fill.ts';
import { kindsOf, OUTPUT_KINDS, type OutputKind } from './kinds.ts';
import { findLogServer } from './log-server.ts';

/** Finds what keeps a destination from its work. `path`: of the output. */
export const outputProblems = (
  output: LogOutput,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const kinds = kindsOf(output);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return [{ kind: 'output-kinds', path, found: kinds, known: OUTPUT_KINDS }];
  const target = (output as Readonly<Record<string, unknown>>)[kind];
  if (kind === 'stdout') return [];
  if (kind === 'file') return fileProblems(target as string | FileLogOutput, [...path, kind], place);
  if (kind === 'syslog' || kind === 'forward')
    return socketProblems(target as string | SyslogLogOutput, kind, [...path, kind], place);
  return httpProblems(target as string | HttpLogOutput, kind, [...path, kind], place);
};

const httpProblems = (
  target: string | HttpLogOutput,
  kind: OutputKind,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const schemes = SCHEMES[kind];
  if (typeof target === 'string') return serverProblems(target, { kind, schemes }, path, place);
  const { to, headers = {}, tls } = target;
  return [
    ...serverProblems(to, { kind, schemes }, [...path, 'to'], place),
    ...Object.entries(headers).flatMap(([name, value]) =>
      headerProblems(name, value, [...path, 'headers', name]),
    ),
    ...upstreamTlsProblems(tls, [...path, 'tls'], place),
    ...(tls !== undefined && to.startsWith('http://')
      ? [{ kind: 'needs', path: [...path, 'tls'], needs: 'an https: URL' } as const]
      : []),
  ];
};

const socketProblems = (
  target: string | SyslogLogOutput,
  kind: OutputKind,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const wanted = { kind, schemes: SCHEMES[kind] };
  if (typeof target === 'string') return serverProblems(target, wanted, path, place);
  const { to, tls } = target;
  return [
    ...serverProblems(to, wanted, [...path, 'to'], place),
    ...upstreamTlsProblems(tls, [...path, 'tls'], place),
    ...(tls !== undefined && /^(?:tcp|udp):/.test(to)
      ? [{ kind: 'needs', path: [...path, 'tls'], needs: 'a tls: URL' } as const]
      : []),
  ];
};

const serverProblems = (
  to: string,
  wanted: { readonly kind: OutputKind; readonly schemes: readonly string[] },
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  const found = findLogServer(to, wanted, place, path);
  return found.ok ? [] : [found.problem];
};

/** What a request says of its own body. */
const OWN_HEADERS = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
]);

const headerProblems = (name: string, value: string, path: FieldPath): readonly ConfigProblem[] =>
  OWN_HEADERS.has(name.toLowerCase())
    ? [{ kind: 'invalid', path, found: name, expected: 'output-header' }]
    : [...headerNameProblems(name, path), ...headerValueProblems(value, path)];

const fileProblems = (
  target: string | FileLogOutput,
  path: FieldPath,
  place: PresetPlace,
): readonly ConfigProblem[] => {
  if (typeof target === 'string') return [];
  const { size = 1 } = target;
  return [
    ...volumePathProblems(target, path, place),
    ...(parseSize(size) < 1
      ? [{ kind: 'invalid', path: [...path, 'size'], found: size, expected: 'positive-size' } as const]
      : []),
  ];
};
