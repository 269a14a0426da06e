import { constants } from 'node:os';
import { posix } from 'node:path';
import { fromGoDuration, fromSeconds } from './durations.ts';
import type { Fields, FoundDependency, FoundPod, FoundProcess, Value } from './found-pod.ts';
import { splitVariable } from './from-compose.ts';
import { envFileIn } from './host.ts';
import { interpolated, interpolatedNow } from './interpolation.ts';
import { toLabels } from './label.ts';
import { type Data, list, number, record, text } from './read-yaml.ts';

type ReportLoss = (sentence: string) => void;

/** Fields that a pod has no counterpart for, or not yet. */
const NOT_CARRIED = [
  'is_daemon',
  'is_elevated',
  'is_foreground',
  'is_interactive',
  'is_tty',
  'replicas',
  'schedule',
  'extends',
  'log_location',
  'success_exit_codes',
  'mcp',
] as const;

/** Syntax that only bash knows; process-compose runs every command in bash. */
const BASHISM = /\[\[|<\(|<<<|\bpipefail\b|\bsource\b|\bdeclare\b|\bfunction\s|=\(|\$\{\w+(\[|\^|,|:\d)|&>/;

export const readProcessCompose = (source: string, document: unknown, folder: string): FoundPod => {
  const leftOut: string[] = [];
  const project = record(document);
  const all = Object.entries(record(project['processes'])).map(
    ([name, value]) => [name, record(value)] as const,
  );
  const processes = all.filter(([name, { mcp }]) => {
    if (mcp !== undefined) leftOut.push(`${name}: it is a tool for MCP clients, not a process`);
    return mcp === undefined;
  });
  const awaited = processes.flatMap(([, data]) => dependenciesOf(data, () => undefined));
  const toTheEnd = new Set(
    awaited.filter(({ condition }) => condition === 'completed').map(({ process }) => process),
  );
  const labels = toLabels(processes.map(([name]) => name));
  const reportLoss = (sentence: string) => void leftOut.push(sentence);
  const vars = record(project['vars']);
  return {
    source,
    name: text(project['name']),
    fields: { env: environment(project['environment'], reportLoss), ...envFileIn(folder) },
    processes: processes.map(([name, data]) => {
      const process = new Reader(name, { ...vars, ...record(data['vars']) }, reportLoss);
      return process.read(data, toTheEnd.has(name), labels);
    }),
    primary: mostLikelyApp(processes, new Set(awaited.map(({ process }) => process)), toTheEnd),
    leftOut,
    remarks: [
      "process-compose restarts nothing by default, but a sidecar always restarts, so these have restart: 'never'",
      'process-compose runs commands in bash, sidecarctl in sh: commands that need bash name it',
    ],
  };
};

const mostLikelyApp = (
  processes: ReadonlyArray<readonly [name: string, data: Data]>,
  awaited: ReadonlySet<string>,
  toTheEnd: ReadonlySet<string>,
): string | null => {
  const running = processes.filter(([name]) => !toTheEnd.has(name));
  const ending = running.find(([, data]) => endsProject(data));
  const last = running.filter(([name, data]) => !awaited.has(name) && !isDisabled(data));
  const named = last.find(([name]) => /^(app|web|api|server|backend)$/.test(name));
  return (ending ?? named ?? last[0] ?? running[0])?.[0] ?? null;
};

/** `exit_on_end` ends the project with the process, as the primary ends a pod. */
const endsProject = (data: Data): boolean => record(data['availability'])['exit_on_end'] === true;

const isDisabled = (data: Data): boolean =>
  data['is_disabled'] === undefined ? data['disabled'] === true : data['is_disabled'] === 'true';

const CONDITIONS: Readonly<Record<string, FoundDependency['condition']>> = {
  process_started: 'started',
  process_healthy: 'ready',
  process_log_ready: 'ready',
  process_completed: 'completed',
  process_completed_successfully: 'completed',
};

const dependenciesOf = (data: Data, reportLoss: ReportLoss): readonly FoundDependency[] =>
  Object.entries(record(data['depends_on'])).map(([process, value]) => {
    const condition = text(record(value)['condition']);
    if (condition === 'process_completed')
      reportLoss(`it waits for ${process} to end, failed or not; here it waits for success`);
    // This is the documented default; some versions take a missing condition for process_completed.
    return { process, condition: CONDITIONS[condition ?? 'process_started'] };
  });

const environment = (written: unknown, reportLoss: ReportLoss): Fields | undefined => {
  const entries = list(written).map((entry) => splitVariable(String(entry)));
  const fields = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, interpolated(value, reportLoss)] as const],
  );
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
};

class Reader {
  readonly #name: string;
  readonly #vars: Data;
  readonly #reportLoss: ReportLoss;

  constructor(name: string, vars: Data, reportLoss: ReportLoss) {
    this.#name = name;
    this.#vars = vars;
    this.#reportLoss = (sentence) => reportLoss(`${name}: ${sentence}`);
  }

  read(data: Data, runsOnce: boolean, labels: ReadonlyMap<string, string>): FoundProcess {
    const dropped = NOT_CARRIED.filter((field) => data[field] !== undefined && data[field] !== false);
    if (dropped.length > 0) this.#reportLoss(`${dropped.join(', ')}: not carried over`);
    const workingDir = text(data['working_dir']);
    const envFile = text(data['env_file']);
    return {
      name: this.#name,
      comments: namespaces(data),
      fields: {
        description: text(data['description']),
        command: this.#command(data),
        cwd:
          workingDir === undefined ? undefined : interpolated(this.#templated(workingDir), this.#reportLoss),
        env: environment(
          list(data['environment']).map((entry) => this.#templated(String(entry))),
          this.#reportLoss,
        ),
        envFile: envFile === undefined ? undefined : interpolatedNow(envFile, this.#reportLoss),
        readiness: this.#readiness(data),
        liveness: this.#probe(data['liveness_probe']),
        restart: restart(record(data['availability']), runsOnce),
        essential: record(data['availability'])['restart'] === 'exit_on_failure' ? true : undefined,
        stop: this.#stop(record(data['shutdown'])),
        watch: this.#watch(record(data['watch'])),
        autostart: isDisabled(data) ? false : undefined,
      },
      dependsOn: dependenciesOf(data, this.#reportLoss).filter(({ process }) =>
        this.#isThere(process, labels),
      ),
      runsOnce,
    };
  }

  #isThere(process: string, labels: ReadonlyMap<string, string>): boolean {
    if (labels.has(process)) return true;
    this.#reportLoss(`it depends on ${process}, which does not exist`);
    return false;
  }

  #command(data: Data): Value | undefined {
    const command = text(data['command']);
    if (command === undefined) {
      const words = list(data['entrypoint']).map((word) => this.#templated(text(word) ?? ''));
      return words.length === 0 ? undefined : words.map((word) => interpolated(word, this.#reportLoss));
    }
    // The file's variables are the shell's as well.
    const line = (data['is_template_disabled'] === true ? command : this.#templated(command)).trim();
    const forShell = line.replaceAll('$$', '$');
    return BASHISM.test(forShell) ? ['bash', '-c', forShell] : forShell;
  }

  #readiness(data: Data): Value | undefined {
    const line = text(data['ready_log_line']);
    return line === undefined ? this.#probe(data['readiness_probe']) : { log: this.#pattern(line) };
  }

  /** Go's regular expressions and JavaScript's differ in a few constructs only. */
  #pattern(written: string): RegExp | string {
    if (!/[\\^$.|?*+()[\]{}]/.test(written)) return written;
    try {
      return new RegExp(written, 'u');
    } catch {
      this.#reportLoss(
        `its ready_log_line ${written} is not a regular expression of JavaScript, so it is used as text`,
      );
      return written;
    }
  }

  #probe(written: unknown): Value | undefined {
    const probe = record(written);
    const target = this.#target(probe);
    if (target === undefined) return undefined;
    const seconds = (field: string): string | undefined => {
      const value = number(probe[field]);
      return value === undefined || value === 0 ? undefined : fromSeconds(value);
    };
    return {
      ...target,
      initialDelay: seconds('initial_delay_seconds'),
      // A missing period is written out, because process-compose's default is ten times ours.
      period: seconds('period_seconds') ?? '10s',
      timeout: seconds('timeout_seconds'),
      failureThreshold: number(probe['failure_threshold']),
    };
  }

  #target(probe: Data): Fields | undefined {
    const { command } = record(probe['exec']);
    if (typeof command === 'string') return { exec: this.#templated(command).replaceAll('$$', '$') };
    if (probe['http_get'] === undefined) return undefined;
    const { host, scheme, path, port, status_code: status } = record(probe['http_get']);
    const at = text(port) === undefined ? '' : `:${text(port)}`;
    const url = `${text(scheme) ?? 'http'}://${text(host) ?? '127.0.0.1'}${at}${slashed(text(path) ?? '/')}`;
    if (number(status) !== undefined && number(status) !== 200)
      this.#reportLoss(`its probe wants status ${text(status)}; here any status from 200 to 399 passes`);
    return { http: interpolated(this.#templated(url), this.#reportLoss) };
  }

  #stop({ command, signal, timeout_seconds: timeout, ...rest }: Data): Value | undefined {
    if (Object.keys(rest).length > 0)
      this.#reportLoss(`shutdown.${Object.keys(rest).join(', ')}: not carried over`);
    const seconds = number(timeout);
    const written = {
      command: typeof command === 'string' ? this.#templated(command).replaceAll('$$', '$') : undefined,
      signal: signalName(number(signal)),
      grace: seconds === undefined ? undefined : fromSeconds(seconds),
    };
    return Object.values(written).every((value) => value === undefined) ? undefined : written;
  }

  #watch({ paths: written, debounce }: Data): Value | undefined {
    const rules = list(written).map((rule) => record(rule));
    const paths = rules.flatMap(({ path, include }) => watched(text(path), list(include).map(String)));
    const ignore = rules.flatMap(({ path, exclude }) => watched(text(path), list(exclude).map(String), true));
    if (paths.length === 0) return undefined;
    const wait = fromGoDuration(text(debounce) ?? '');
    if (ignore.length === 0 && wait === undefined) return paths;
    return { paths, ignore: ignore.length === 0 ? undefined : ignore, debounce: wait };
  }

  /** Fills in `{{ .NAME }}` with a variable of the file; other parts of Go's templates stay as they are. */
  #templated(value: string): string {
    const filled = value.replace(
      /\{\{-?\s*\.(\w+)\s*-?\}\}/g,
      (whole, name: string) => text(this.#vars[name]) ?? whole,
    );
    if (/\{\{/.test(filled)) this.#reportLoss(`'${filled}' has a template that is not carried over`);
    return filled;
  }
}

/** Globs of a folder: one without a slash is for base names, at any depth; no glob means the folder. */
const watched = (
  folder: string | undefined,
  globs: readonly string[],
  isIgnore = false,
): readonly string[] => {
  if (folder === undefined) return [];
  const base = posix.normalize(folder);
  if (globs.length === 0) return isIgnore ? [] : [base];
  return globs.map((glob) => posix.join(base, glob.includes('/') ? glob : `**/${glob}`));
};

const slashed = (path: string): string => (path.startsWith('/') ? path : `/${path}`);

const namespaces = ({ namespace }: Data): readonly string[] => {
  const names = list(namespace).filter((name) => name !== 'default');
  return names.length === 0 ? [] : [`namespace ${names.join(', ')}`];
};

const signalName = (signal: number | undefined): string | undefined =>
  signal === undefined || signal === 15
    ? undefined
    : Object.entries(constants.signals).find(([, value]) => value === signal)?.[0];

const restart = (
  { restart: policy, backoff_seconds: delay, max_restarts: times }: Data,
  runsOnce: boolean,
): Value | undefined => {
  const name = POLICIES[text(policy) ?? 'no'] ?? 'never';
  if (name === 'never') return runsOnce ? undefined : 'never';
  const restarts = number(times) ?? 0;
  const seconds = number(delay);
  if (restarts === 0 && seconds === undefined) return name;
  const wait = fromSeconds(Math.max(1, seconds ?? 1));
  return {
    policy: name,
    // The delay is fixed.
    backoff: { initial: wait, factor: 1, max: wait },
    limit: restarts === 0 ? undefined : { restarts, within: '1h' },
  };
};

const POLICIES: Readonly<Record<string, 'always' | 'on-failure' | 'never'>> = {
  no: 'never',
  // YAML 1.1 readers took a bare `no` for this.
  false: 'never',
  always: 'always',
  on_failure: 'on-failure',
  exit_on_failure: 'never',
};
