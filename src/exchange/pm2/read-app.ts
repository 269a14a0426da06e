import { extname, join, posix } from 'node:path';
import { commandOf } from '../form/command-line.ts';
import { portIn } from '../form/command-port.ts';
import type { Fields, FoundProcess, Value } from '../form/found-pod.ts';
import type { Losses, ReportLoss } from '../form/losses.ts';
import type { Source } from '../format.ts';
import { fromGoDuration } from '../reading/durations.ts';
import { type Data, list, number, record, text } from '../reading/read-yaml.ts';
import { splitWords } from '../reading/split-words.ts';

const LOGS = 'output goes to log files in .sidecarctl';

const NOT_CARRIED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    cron_restart: 'there is no restart by the clock',
    cron: 'there is no restart by the clock',
    max_memory_restart: "a ready-made sidecar has it: use: 'monitor'",
    listen_timeout: 'a startup probe has such a limit',
    watch_options: 'see watch.polling and watch.ignore',
    user: 'a process runs as you',
    uid: 'a process runs as you',
    gid: 'a process runs as you',
    trace: 'it is about pm2 itself',
    pmx: 'it is about pm2 itself',
    post_update: 'it is about pm2 itself',
    wait_for: 'pm2 has no such field',
    out_file: LOGS,
    output: LOGS,
    error_file: LOGS,
    error: LOGS,
    log_file: LOGS,
    pid_file: LOGS,
  }),
);

/** Reads an app of pm2. */
export const readApp = (name: string, app: Data, source: Source, losses: Losses): FoundProcess => {
  const reportLoss = losses.of(name);
  reportLosses(app, reportLoss);
  const env = environmentOf(app);
  const words = wordsOf(app, source);
  const line = words.join(' ');
  const port = number(app['port']) ?? number(env['PORT']) ?? portIn(line);
  const { PORT: _injected, ...variables } = env;
  const cwd = withinFolder(text(app['cwd']), source.folder);
  return {
    name,
    comments: [],
    fields: {
      command: words.length === 1 && /\s/.test(line) ? line : commandOf(words),
      cwd,
      env: orNothing(port === undefined ? env : variables),
      envFile: text(app['env_file']),
      ports: port === undefined ? undefined : { http: port },
      readiness: app['wait_ready'] === true ? { notify: true } : undefined,
      restart: restartOf(app),
      stop: { signal: 'SIGINT', grace: milliseconds(app['kill_timeout']) },
      watch: watchOf(app, cwd ?? '.'),
      instances: instancesOf(app, reportLoss),
    },
    dependsOn: [],
    runsOnce: false,
    code: cwd ?? '.',
  };
};

/** Configs in code make paths absolute by `__dirname`. */
const withinFolder = (path: string | undefined, folder: string): string | undefined => {
  if (path === folder) return '.';
  return path?.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
};

const reportLosses = (app: Data, reportLoss: ReportLoss): void => {
  for (const field of Object.keys(app)) {
    const why = NOT_CARRIED.get(field);
    if (why !== undefined) reportLoss(why, field);
    if (/^env_(?!file$)/.test(field))
      reportLoss('pm2 takes it with --env; here a mode is up to the config', field);
  }
};

/** pm2 gives numbers and truth values as text. */
const environmentOf = (app: Data): Fields =>
  Object.fromEntries(
    Object.entries(record(app['env'])).flatMap(([name, value]) => {
      const written = typeof value === 'number' ? value : text(value);
      return written === undefined ? [] : [[name, written] as const];
    }),
  );

const orNothing = (fields: Fields): Fields | undefined =>
  Object.keys(fields).length === 0 ? undefined : fields;

/** Interpreters that pm2 chooses by the end of the script's name. */
const INTERPRETERS: Readonly<Record<string, string>> = {
  '.js': 'node',
  '.cjs': 'node',
  '.mjs': 'node',
  '.ts': 'node',
  '.mts': 'node',
  '.sh': 'bash',
  '.py': 'python3',
  '.rb': 'ruby',
  '.php': 'php',
  '.pl': 'perl',
};

const wordsOf = (app: Data, source: Source): readonly string[] => {
  const written = (text(app['script']) ?? text(app['cmd']) ?? '').trim();
  const script = text(app['cwd']) === undefined ? (withinFolder(written, source.folder) ?? '') : written;
  const args = splitList(app['args']);
  // A script with blanks is a line for the shell.
  if (/\s/.test(script) && !isFileIn(source, app, script)) return [[script, ...args].join(' ')];
  const interpreter =
    text(app['interpreter']) ?? text(app['exec_interpreter']) ?? INTERPRETERS[extname(script)];
  const flags = [...splitList(app['interpreter_args']), ...splitList(app['node_args'])];
  const isProgram = interpreter === undefined || interpreter === 'none';
  const path = script.startsWith('./') && !isProgram ? script.slice(2) : script;
  return isProgram ? [script, ...args] : [interpreter, ...flags, path, ...args];
};

const isFileIn = ({ machine, folder }: Source, app: Data, script: string): boolean =>
  machine.isFile(join(folder, text(app['cwd']) ?? '.', script));

const splitList = (value: unknown): readonly string[] =>
  typeof value === 'string' ? splitWords(value) : list(value).map((word) => text(word) ?? '');

const restartOf = (app: Data): Value => {
  if (app['autorestart'] === false) return 'never';
  const policy = list(app['stop_exit_codes']).some((code) => number(code) === 0) ? 'on-failure' : 'always';
  const fixed = milliseconds(app['restart_delay']);
  const growing = milliseconds(app['exp_backoff_restart_delay']);
  const most = number(app['max_restarts']);
  const resetAfter = milliseconds(app['min_uptime']);
  const backoff =
    fixed === undefined
      ? growing === undefined
        ? undefined
        : { initial: growing, factor: 1.5, max: '15s' }
      : { initial: fixed, factor: 1, max: fixed };
  const limit = most === undefined || most < 1 ? undefined : { restarts: most, within: '1h' };
  if (backoff === undefined && limit === undefined && resetAfter === undefined) return policy;
  return { policy, backoff, resetAfter, limit };
};

const milliseconds = (value: unknown): string | undefined => {
  const ms = number(value);
  if (ms === undefined) return fromGoDuration(text(value) ?? '');
  return ms === 0 ? undefined : fromGoDuration(`${ms}ms`);
};

const watchOf = (app: Data, folder: string): Value | undefined => {
  const { watch } = app;
  if (watch === undefined || watch === false) return undefined;
  const within = (path: unknown): string => posix.join(folder, String(path).replace(/^\[.*$/, ''));
  const paths = watch === true ? [within('.')] : list(watch).map(within);
  const ignore = list(app['ignore_watch'])
    .filter((path) => typeof path === 'string' && !/^node_modules\/?$/.test(path))
    .map(within);
  const debounce = milliseconds(app['watch_delay']);
  if (ignore.length === 0 && debounce === undefined) return paths;
  return { paths, ignore: ignore.length === 0 ? undefined : ignore, debounce };
};

const instancesOf = (app: Data, reportLoss: ReportLoss): number | undefined => {
  const written = app['instances'];
  const count = written === 'max' ? 0 : number(written);
  if (count === undefined || count === 1) return undefined;
  if (count > 1) return count;
  reportLoss('one here; pm2 counts the cores for it', `instances ${text(written)}`);
  return undefined;
};
