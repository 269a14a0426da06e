import { basename, dirname, join } from 'node:path';
import { asksForPort, portIn, portNamedIn } from '../form/command-port.ts';
import type { Fields, FoundPod, FoundProcess } from '../form/found-pod.ts';
import type { Format, Source } from '../format.ts';
import { envFileIn } from '../reading/dot-env.ts';
import { fromSeconds } from '../reading/durations.ts';
import { readSettings, type Settings } from './settings.ts';

/** `release` comes from Heroku: it runs once, before the rest. */
const RELEASE = 'release';

interface Line {
  readonly name: string;
  readonly command: string;
}

const readProcfile = (named: Source): FoundPod => {
  const settings = readSettings(named);
  const source = chosenFile(named, settings);
  const lines = linesOf(source.text).filter(({ name }) => !settings.ignored.includes(name));
  const running = lines.filter(({ name }) => name !== RELEASE);
  const apps = running.filter(({ name }) => name === 'web').map(({ name }) => name);
  return {
    source: source.name,
    fields: { ...envFilesOf(source, settings), ...stopOf(settings) },
    processes: lines.map((line) => toProcess(line, running, settings, apps)),
    apps: running.length === 1 ? running.map(({ name }) => name) : apps,
    losses: [],
    remarks: [
      ...(settings.from.length === 0
        ? []
        : [`ports and options are those of ${settings.from.join(' and ')}`]),
      ...(running.length === 1 ? [] : [ALL_END]),
    ],
  };
};

/** A runner may be told of another file than its usual one. */
const chosenFile = (source: Source, { procfile: name }: Settings): Source => {
  const file = join(source.folder, name ?? '');
  const text = name === undefined || basename(source.file) !== 'Procfile' ? null : source.machine.read(file);
  return text === null || name === undefined
    ? source
    : { ...source, file, text, name: join(dirname(source.name), name) };
};

const ALL_END =
  'a sidecar that exits is restarted; for a Procfile’s "all end when one ends" give it' +
  " essential: true and restart: 'never'";

const PATTERN = /^([\w.-]+)[ \t]*:[ \t]*(\S.*?)[ \t\r]*$/;

const linesOf = (text: string): readonly Line[] =>
  text.split('\n').flatMap((line): Line[] => {
    const [, name = '', command = ''] = PATTERN.exec(line) ?? [];
    return name === '' ? [] : [{ name, command }];
  });

const envFilesOf = (source: Source, { envFiles }: Settings): Fields => {
  if (envFiles === null) return envFileIn(source);
  if (envFiles.length === 0) return {};
  return { envFile: envFiles.length === 1 ? envFiles[0] : envFiles };
};

const stopOf = ({ timeout }: Settings): Fields =>
  timeout === undefined ? {} : { stop: { grace: fromSeconds(timeout) } };

const toProcess = (
  { name, command }: Line,
  running: readonly Line[],
  settings: Settings,
  apps: readonly string[],
): FoundProcess => {
  const given = settings.port + settings.step * running.findIndex((line) => line.name === name);
  const fixed = portIn(command);
  const asks = asksForPort(command);
  const isApp = apps.includes(name) || running.length === 1;
  const count = settings.formation.get(name) ?? settings.formation.get('all');
  const signal = settings.stopSignals.get(name);
  return {
    name,
    comments: [],
    fields: {
      command: fixed === undefined ? command : command.replace(/^PORT=\S+\s+/, ''),
      ...(fixed !== undefined || asks ? { ports: { http: fixed ?? given } } : {}),
      // It may listen on that port, but nothing says so, and a declared port would be probed.
      ...(isApp && portNamedIn(command) === undefined && !asks ? { env: { PORT: given } } : {}),
      instances: count,
      autostart: count === 0 ? false : undefined,
      restart: settings.canDie.includes(name) ? 'never' : undefined,
      stop: signal === undefined ? undefined : { signal: `SIG${signal.replace(/^SIG/, '')}` },
    },
    dependsOn: [],
    runsOnce: name === RELEASE,
    code: '.',
  };
};

export const procfile: Format = {
  name: 'Procfile',
  files: ['Procfile.dev', 'Procfile'],
  recognizes: ({ file, text }) =>
    /^\.?Procfile(\..*)?$|\.procfile$/i.test(basename(file)) ||
    (!/\.(md|[cm]?[jt]sx?|json5?|ya?ml|toml|ini|conf|py|rb|sh)$/.test(file) && isProcfile(text)),
  read: readProcfile,
};

const isProcfile = (text: string): boolean => {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(#|$)/.test(line));
  return lines.length > 0 && lines.every((line) => PATTERN.test(line));
};
