import type { FilesFrom, LogShipperOptions } from '../../../programs/log-shipper/options.ts';
import type { OutputOptions } from '../../../programs/log-shipper/outputs/options.ts';
import { OWN_FOLDER } from '../../engines/certificate-files.ts';
import { carryReferences, restoreReferences } from '../../engines/references.ts';
import { actionOf, BULK_ID } from './actions.ts';
import { extendedExpression } from './expression.ts';
import { globExpression, watchedPaths } from './globs.ts';
import { parameters, quotedText } from './quote.ts';
import { jsonTemplate, SET_PARAMETER, syslogTemplate } from './templates.ts';

/** Folder of the positions, which the program that runs the engine puts there. */
const POSITIONS = `${OWN_FOLDER}/positions`;

/** Pipe to which rsyslog writes its figures. */
export const FIGURES = `${OWN_FOLDER}/figures`;

type Reading = LogShipperOptions['reading'];

/** Lines after which positions are written, besides at the end of a file: what comes twice after a crash, at most. */
const LINES_AT_RISK = 1_000;

const ELASTICSEARCH = [
  'module(load="omelasticsearch")',
  `template(${parameters({ name: BULK_ID, type: 'string', string: '%uuid%' })})`,
];

/** `.gz` and so on, as the embedded engine leaves them out. */
const COMPRESSED = String.raw`\.(gz|bz2|xz|zst|lz4|zip|Z)$`;

/**
 * The configuration of rsyslog. There are no queues: whoever reads a file waits until the line was delivered, so that a
 * position is one of lines that were, and nothing is lost with the process.
 */
export const rsyslogConfig = (options: LogShipperOptions): string => {
  const { outputs, fields, retry, from, reading, name } = carryReferences(options);
  if (from.kind !== 'files') throw new Error('output of processes was let through');
  const text = [
    `# The log shipper '${name}', by sidecarctl.`,
    global(reading.maxLineBytes),
    fileModule(reading),
    `module(${parameters({ load: 'impstats', interval: 1, format: 'json', 'log.syslog': 'off', 'log.file': FIGURES })})`,
    ...(outputs.some(({ kind }) => kind === 'elasticsearch') ? ELASTICSEARCH : []),
    'main_queue(queue.type="Direct")',
    ...outputs.map((output) => templateOf(output, fields)),
    lines(from, outputs, retry),
    ...(watchedPaths(from.include) ?? []).map((path) => input(`${from.folder}/${path}`, options)),
    OWN_MESSAGES,
  ].join('\n\n');
  return restoreReferences(`${text}\n`);
};

/**
 * It finds out that the time of an event is over when nothing has happened to any file and folder for a second, the folders
 * above included (8.2302): in a busy pod never. When it looks at every file once a second, it finds out then.
 */
const fileModule = ({ multiline }: Reading): string =>
  `module(${parameters({
    load: 'imfile',
    ...(multiline === null ? {} : { mode: 'polling', pollingInterval: POLLING_INTERVAL }),
  })})`;

/** Seconds; the smallest that it takes. */
const POLLING_INTERVAL = 1;

/** Milliseconds after which rsyslog knows a file that has come. Otherwise it is told of files, and needs time only to look. */
export const noticesWithin = ({ multiline }: Reading): number =>
  TIME_TO_LOOK + (multiline === null ? 0 : POLLING_INTERVAL * 1000);

/** Milliseconds. */
const TIME_TO_LOOK = 100;

const global = (maxLineBytes: number): string =>
  `global(${parameters({
    ...{ workDirectory: POSITIONS, maxMessageSize: maxLineBytes },
    // A line that is too long keeps its file and its place only as a whole.
    ...{ 'oversizemsg.input.mode': 'accept', 'oversizemsg.report': 'off' },
    ...{ processInternalMessages: 'on', 'parser.escapeControlCharactersOnReceive': 'off' },
  })})`;

const templateOf = (output: OutputOptions, fields: LogShipperOptions['fields']): string => {
  const { kind, name } = output;
  if (kind === 'syslog') return syslogTemplate(name, fields);
  return kind === 'elasticsearch'
    ? jsonTemplate(name, { time: '@timestamp', offset: 'log.offset', file: 'log.file.path' }, fields, '')
    : jsonTemplate(name, { time: 'timestamp', offset: 'offset', file: 'file' }, fields, '\n');
};

const lines = (
  { folder, exclude }: FilesFrom,
  outputs: readonly OutputOptions[],
  retry: LogShipperOptions['retry'],
): string => {
  const left = [COMPRESSED, ...exclude.map((glob) => globExpression(glob) ?? '')];
  return [
    'ruleset(name="lines") {',
    `  set $.file = replace($!metadata!filename, ${quotedText(`${folder}/`)}, "");`,
    `  ${SET_PARAMETER}`,
    ...left.map((expression) => `  if re_match($.file, ${quotedText(expression)}) then stop`),
    ...outputs.map((output) => `  ${action(output, retry)}`),
    '}',
  ].join('\n');
};

const action = (
  output: OutputOptions,
  { initialBackoff, maxBackoff }: LogShipperOptions['retry'],
): string => {
  const { name } = output;
  const refused = `${POSITIONS}/refused-${name}`;
  const again = {
    'action.resumeRetryCount': -1,
    'action.resumeInterval': Math.ceil(initialBackoff / 1000),
    'action.resumeIntervalMax': Math.ceil(maxBackoff / 1000),
    'action.errorfile': refused,
  };
  return `action(${parameters({ name, template: name, ...actionOf(output, refused) })}\n    ${parameters(again)})`;
};

const input = (file: string, { fields, readFrom, reading: { multiline } }: LogShipperOptions): string =>
  `input(${parameters({
    ...{ type: 'imfile', file, tag: fields['service.name'] ?? 'log', ruleset: 'lines', addMetadata: 'on' },
    ...{ reopenOnTruncate: 'on', maxSubmitAtOnce: 1 },
    ...{ persistStateInterval: LINES_AT_RISK, persistStateAfterSubmission: 'on' },
    ...(multiline === null
      ? {}
      : {
          'startmsg.regex': extendedExpression(multiline.start) ?? '',
          ...{ readTimeout: multiline.timeout / 1000, escapeLF: 'off' },
        }),
  })}${readFrom === 'end' ? FROM_END : ''})`;

/** Of files that are there at the very first start: the program that runs the engine says which start it is. */
const FROM_END = ' freshStartTail=`echo $FIRST_START`';

/**
 * Its errors are on stderr. Of warnings, it has one for every file that one of its paths has where another one has a folder.
 */
const OWN_MESSAGES = `template(name="own" type="string" string="rsyslog: %msg%\\n")
if $syslogseverity == 4 and not ($msg contains " is FILE but DIRECTORY expected") then {
  action(type="omfile" file="/dev/stdout" template="own")
}`;
