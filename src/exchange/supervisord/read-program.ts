import { commandOf } from '../form/command-line.ts';
import { portIn } from '../form/command-port.ts';
import type { Fields, FoundProcess, Value } from '../form/found-pod.ts';
import type { ReportLoss } from '../form/losses.ts';
import { Template } from '../form/template.ts';
import type { Source } from '../format.ts';
import { fromSeconds } from '../reading/durations.ts';
import { splitWords } from '../reading/split-words.ts';

type Values = ReadonlyMap<string, string>;

const NOT_CARRIED: ReadonlyMap<string, string> = new Map([
  ['user', 'a process runs as you'],
  ['umask', 'a process has your umask'],
  ['serverurl', 'it is about supervisord itself'],
  ['exitcodes', 'success is exit code 0'],
]);

const LOG_FILE = /^(stdout|stderr)_logfile$/;

export const readProgram = (
  name: string,
  values: Values,
  source: Source,
  reportLoss: ReportLoss,
): FoundProcess => {
  for (const [field, value] of values) {
    const why = LOG_FILE.test(field) && /^\/(?!dev\/)/.test(value) ? LOGS : NOT_CARRIED.get(field);
    if (why !== undefined && value !== 'root') reportLoss(why, field);
  }
  // Other paths than that of the folder itself are seen from the folder.
  const here = values.has('directory') ? source.folder : '.';
  const expand = (text: string): Value => expanded(text, { name, here, reportLoss });
  const words = splitWords(values.get('command') ?? '').map(expand);
  const line = words.map((word) => (typeof word === 'string' ? word : '')).join(' ');
  const port = portIn(line);
  const ends = isFalse(values.get('autorestart')) && values.get('startsecs') === '0';
  return {
    name,
    comments: [],
    fields: {
      command: words.every((word) => typeof word === 'string') ? commandOf(words) : words,
      cwd: folderOf(values.get('directory'), name, reportLoss),
      env: environmentOf(values.get('environment'), expand),
      ports: port === undefined ? undefined : { main: port },
      restart: ends ? undefined : restartOf(values),
      stop: stopOf(values),
      autostart: isFalse(values.get('autostart')) ? false : undefined,
      instances: instancesOf(values),
    },
    dependsOn: [],
    runsOnce: ends,
  };
};

const LOGS = 'output goes to log files in .sidecarctl';

const isFalse = (value: string | undefined): boolean => /^(false|no|off|0)$/i.test(value ?? '');

interface Place {
  readonly name: string;
  readonly here: string;
  readonly reportLoss: ReportLoss;
}

const folderOf = (directory: string | undefined, name: string, reportLoss: ReportLoss): Value | undefined =>
  directory === undefined ? undefined : expanded(directory, { name, here: '.', reportLoss });

/** `%(here)s`, `%(ENV_NAME)s` and others; `%%` is a percent sign. */
const expanded = (text: string, { name, here, reportLoss }: Place): Value => {
  const known: Readonly<Record<string, string>> = {
    here,
    program_name: name,
    group_name: name,
    process_num: '0',
    numprocs: '1',
  };
  const parts = text.split(/%\((\w+)\)(?:s|\d*d)/).map((part, index): Template['parts'][number] => {
    if (index % 2 === 0) return part.replaceAll('%%', '%');
    if (part.startsWith('ENV_'))
      return { kind: 'variable', name: part.slice(4), operator: ':?', word: new Template([]) };
    if (known[part] === undefined) reportLoss(`'${part}' is not known outside supervisord, in '${text}'`);
    return known[part] ?? '';
  });
  return parts.every((part) => typeof part === 'string')
    ? parts.join('')
    : new Template(parts.filter((part) => part !== ''));
};

/** `NAME="value",OTHER=value`. */
const environmentOf = (written: string | undefined, expand: (text: string) => Value): Fields | undefined => {
  const pairs = [...(written ?? '').matchAll(/([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^,\n]*))/g)];
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map(([, name = '', double, single, plain]) => [
      name,
      expand((double ?? single ?? plain ?? '').trim()),
    ]),
  );
};

/** By default an exit that is not expected is restarted, three times in a row. */
const restartOf = (values: Values): Value => {
  const written = values.get('autorestart')?.toLowerCase() ?? 'unexpected';
  if (isFalse(written)) return 'never';
  const policy = written === 'unexpected' ? 'on-failure' : 'always';
  const retries = Number(values.get('startretries') ?? Number.NaN);
  return retries > 0 ? { policy, limit: { restarts: retries, within: '1m' } } : policy;
};

const stopOf = (values: Values): Fields | undefined => {
  const signal = values.get('stopsignal')?.trim().toUpperCase();
  const seconds = Number(values.get('stopwaitsecs') ?? Number.NaN);
  const stop = {
    signal: signal === undefined || signal === 'TERM' ? undefined : `SIG${signal.replace(/^SIG/, '')}`,
    grace: Number.isFinite(seconds) && seconds !== 10 ? fromSeconds(seconds) : undefined,
  };
  return stop.signal === undefined && stop.grace === undefined ? undefined : stop;
};

const instancesOf = (values: Values): number | undefined => {
  const count = Number(values.get('numprocs') ?? 1);
  return count > 1 ? count : undefined;
};
