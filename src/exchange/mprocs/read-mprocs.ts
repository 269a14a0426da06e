import { basename } from 'node:path';
import { commandOf } from '../form/command-line.ts';
import { asksForPort, portIn } from '../form/command-port.ts';
import type { Fields, FoundPod, FoundProcess, Value } from '../form/found-pod.ts';
import { Losses, type ReportLoss } from '../form/losses.ts';
import type { Format, Source } from '../format.ts';
import { type Data, list, readYaml, record, text } from '../reading/read-yaml.ts';

const readMprocs = (source: Source): FoundPod => {
  const losses = new Losses();
  const project = record(readYaml(source.text));
  const processes = Object.entries(record(project['procs'])).filter(([, value]) => value !== null);
  const names = new Set(processes.map(([name]) => name));
  if (project['on_init'] !== undefined) losses.of(null)('it acts on mprocs itself', 'on_init');
  return {
    source: source.name,
    fields: {},
    processes: processes.map(([name, value]) => toProcess(name, value, names, losses.of(name))),
    apps: [],
    losses: losses.all,
    remarks: [
      "mprocs restarts nothing by default, but a sidecar always restarts, so these have restart: 'never'",
    ],
  };
};

/** A process is a shell line, a list of words, or an object with either. */
const toProcess = (
  name: string,
  written: unknown,
  names: ReadonlySet<string>,
  reportLoss: ReportLoss,
): FoundProcess => {
  const chosen = forThisSystem(written);
  const data: Data =
    typeof chosen === 'string' ? { shell: chosen } : Array.isArray(chosen) ? { cmd: chosen } : record(chosen);
  const command = commandIn(data);
  const line = typeof command === 'string' ? command : '';
  const port = portIn(line);
  if (data['add_path'] !== undefined) reportLoss('set PATH in env', 'add_path');
  const needed = Array.isArray(data['deps']) ? data['deps'].map(String) : Object.keys(record(data['deps']));
  return {
    name,
    comments: [],
    fields: {
      command,
      cwd: text(forThisSystem(data['cwd']))?.replace(/^<CONFIG_DIR>\/?/, './'),
      env: environment(record(data['env'])),
      ports: port === undefined || asksForPort(line) ? undefined : { http: port },
      restart: data['autorestart'] === true ? 'always' : 'never',
      stop: stopOf(data['stop'], reportLoss),
      autostart: data['autostart'] === false ? false : undefined,
    },
    dependsOn: needed.filter((other) => names.has(other)).map((process) => ({ process })),
    runsOnce: false,
    code: '.',
  };
};

const commandIn = (data: Data): Value | undefined => {
  const words = list(forThisSystem(data['cmd'])).map((word) => text(word) ?? '');
  return text(forThisSystem(data['shell']))?.trim() ?? (words.length === 0 ? undefined : commandOf(words));
};

/** `$select: os` has a value for each system. */
const forThisSystem = (value: unknown): unknown => {
  const { $select, $else, ...choices } = record(value);
  return $select === 'os' ? (choices['linux'] ?? $else) : value;
};

const environment = (written: Data): Fields | undefined => {
  const entries = Object.entries(written).map(([name, value]) => [name, text(value) ?? null] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

const stopOf = (written: unknown, reportLoss: ReportLoss): Fields | undefined => {
  const keys = list(record(written)['send-keys']).map(String);
  if (keys.length === 1 && /^<C-c>$/i.test(keys[0] ?? '')) return { signal: 'SIGINT' };
  if (keys.length > 0)
    reportLoss(`it stops by the keys ${keys.join(' ')}; a stop here is a signal or a command`);
  const name = text(written)?.toUpperCase();
  if (name === undefined || name === 'SIGTERM') return undefined;
  return { signal: name === 'HARD-KILL' ? 'SIGKILL' : name };
};

export const mprocs: Format = {
  name: 'mprocs',
  files: ['mprocs.yaml', 'mprocs.yml', 'mprocs.json'],
  recognizes: ({ file, text: content }) =>
    /^mprocs\.(ya?ml|json)$/.test(basename(file)) ||
    (/\.(ya?ml|json)$/.test(file) && 'procs' in record(readYaml(content))),
  read: readMprocs,
};
