import { constants } from 'node:os';
import { posix } from 'node:path';
import type { Fields, FoundDependency, FoundProcess, Value } from '../form/found-pod.ts';
import { interpolated } from '../form/interpolation.ts';
import type { Losses, ReportLoss } from '../form/losses.ts';
import { looksLikeServer } from '../form/roles.ts';
import type { Template } from '../form/template.ts';
import { urlAskedBy } from '../form/url-asked.ts';
import { fromGoDuration, fromSeconds } from '../reading/durations.ts';
import { splitVariable } from '../reading/merge.ts';
import { type Data, list, number, record, text } from '../reading/read-yaml.ts';
import { shellCommand } from './shell.ts';

/** Fields that a pod has no counterpart for. */
const NOT_CARRIED: Readonly<Record<string, string>> = {
  is_elevated: 'a process runs as you',
  success_exit_codes: 'success is exit code 0',
  is_dotenv_disabled: 'the .env is for every process',
};

/** Fields about what others do as well, or do by themselves. */
const LOGS = ['log_location', 'log_configuration'];

interface Project {
  readonly project: Data;
  readonly names: ReadonlySet<string>;
  readonly awaited: ReadonlySet<string>;
  readonly losses: Losses;
}

export type Interpolate = (text: string) => string | Template;

/** Reads processes, knowing the project. */
export class ProcessReader {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  /** Fills in variables, unless the project has them as they are. */
  interpolate(reportLoss: ReportLoss): Interpolate {
    return this.#project.project['disable_env_expansion'] === true
      ? (text) => text
      : (text) => interpolated(text, reportLoss);
  }

  read(name: string, data: Data, runsOnce: boolean, isEssential: boolean): FoundProcess {
    const { project, losses, names, awaited } = this.#project;
    const reportLoss = losses.of(name);
    const vars = { ...record(project['vars']), ...record(data['vars']) };
    const process = new OneProcess(data, vars, reportLoss, this.interpolate(reportLoss));
    return {
      name,
      comments: namespaces(data),
      fields: process.fields(project, { name, runsOnce, isEssential, isAwaited: awaited.has(name) }),
      dependsOn: dependenciesOf(data, reportLoss).filter(({ process: other }) => {
        if (!names.has(other)) reportLoss(`it depends on ${other}, which does not exist`);
        return names.has(other);
      }),
      runsOnce,
    };
  }
}

const CONDITIONS: Readonly<Record<string, FoundDependency['condition']>> = {
  process_started: 'started',
  process_healthy: 'ready',
  process_log_ready: 'ready',
  process_completed: 'completed',
  process_completed_successfully: 'completed',
};

export const dependenciesOf = (data: Data, reportLoss: ReportLoss): readonly FoundDependency[] =>
  Object.entries(record(data['depends_on'])).map(([process, value]) => {
    const condition = text(record(value)['condition']);
    if (condition === 'process_completed')
      reportLoss(`it waits for ${process} to end, failed or not; here it waits for success`);
    // This is the documented default; some versions take a missing condition for process_completed.
    return { process, condition: CONDITIONS[condition ?? 'process_started'] };
  });

export const environment = (written: unknown, interpolate: Interpolate): Fields | undefined => {
  const entries = list(written).map((entry) => splitVariable(String(entry)));
  const fields = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, interpolate(value)] as const],
  );
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
};

interface Situation {
  readonly name: string;
  readonly runsOnce: boolean;
  readonly isEssential: boolean;
  readonly isAwaited: boolean;
}

class OneProcess {
  readonly #data: Data;
  readonly #vars: Data;
  readonly #reportLoss: ReportLoss;
  readonly #interpolate: Interpolate;

  constructor(data: Data, vars: Data, reportLoss: ReportLoss, interpolate: Interpolate) {
    this.#data = data;
    this.#vars = vars;
    this.#reportLoss = reportLoss;
    this.#interpolate = interpolate;
  }

  fields(project: Data, situation: Situation): Fields {
    const data = this.#data;
    this.#reportLosses();
    const workingDir = text(data['working_dir']);
    const envFile = text(data['env_file']);
    const isByHand = isDisabled(data) || isInteractive(data) || this.#isScheduled();
    return {
      description: text(data['description']),
      command: this.#command(record(project['shell'])),
      cwd: workingDir === undefined ? undefined : this.#interpolate(this.#templated(workingDir)),
      env: environment(
        list(data['environment']).map((entry) => this.#templated(String(entry))),
        this.#interpolate,
      ),
      envFile: envFile === undefined ? undefined : this.#templated(envFile),
      readiness: this.#readiness(),
      liveness: this.#probe(data['liveness_probe']),
      restart: restart(record(data['availability']), situation.runsOnce),
      essential: this.#essential(situation),
      stop: this.#stop(record(data['shutdown'])),
      watch: this.#watch(record(data['watch'])),
      autostart: isByHand ? false : undefined,
      tty: data['is_tty'] === true || isInteractive(data) ? true : undefined,
      instances: number(data['replicas']),
    };
  }

  #reportLosses(): void {
    for (const [field, why] of Object.entries(NOT_CARRIED))
      if (this.#data[field] !== undefined && this.#data[field] !== false) this.#reportLoss(why, field);
    for (const field of LOGS.filter((name) => this.#data[name] !== undefined))
      this.#reportLoss('log files are in .sidecarctl', field);
  }

  /** What runs by the clock does not run with the pod. */
  #isScheduled(): boolean {
    const schedule = record(this.#data['schedule']);
    if (Object.keys(schedule).length === 0) return false;
    const when = text(schedule['cron']) ?? text(schedule['interval']) ?? '';
    this.#reportLoss(`nothing starts it by the clock (${when})`, 'schedule');
    return schedule['run_on_start'] !== true;
  }

  #command(shell: Data): Value | undefined {
    const command = text(this.#data['command']);
    if (command === undefined) {
      const words = list(this.#data['entrypoint']).map((word) => this.#templated(text(word) ?? ''));
      return words.length === 0 ? undefined : words.map((word) => this.#interpolate(word));
    }
    // The file's variables are the shell's as well.
    const line = (this.#data['is_template_disabled'] === true ? command : this.#templated(command)).trim();
    return shellCommand(this.#kept(line.replaceAll('$$', '$')), {
      program: text(shell['shell_command']),
      flag: text(shell['shell_argument']) ?? '-c',
    });
  }

  /** A launcher that returns is held, so that the pod knows that its daemon runs. */
  #kept(line: string): string {
    return this.#data['is_daemon'] === true ? `${line} && exec sleep infinity` : line;
  }

  /**
   * `exit_on_failure` and `exit_on_skipped` end the project. In a pod a process that is essential ends it with any end,
   * so that counts only for what is to run on.
   */
  #essential({ name, runsOnce, isEssential, isAwaited }: Situation): boolean | undefined {
    const { restart: policy, exit_on_skipped: onSkipped } = record(this.#data['availability']);
    if (isEssential || onSkipped === true) return true;
    if (policy !== 'exit_on_failure' || runsOnce) return undefined;
    const isLasting =
      ['readiness_probe', 'liveness_probe', 'ready_log_line', 'is_daemon', 'shutdown'].some(
        (field) => this.#data[field] !== undefined,
      ) ||
      isAwaited ||
      looksLikeServer({ name, line: text(this.#data['command']) ?? '' });
    if (isLasting) return true;
    this.#reportLoss(
      'if it is to run on, give it essential: true; an end with success would end the pod as well',
      'exit_on_failure',
    );
    return undefined;
  }

  #readiness(): Value | undefined {
    const line = text(this.#data['ready_log_line']);
    return line === undefined ? this.#probe(this.#data['readiness_probe']) : { log: this.#pattern(line) };
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
    // A command such as `false` is a truth value in YAML.
    const command = text(record(probe['exec'])['command']);
    if (command !== undefined) {
      const line = this.#templated(command).replaceAll('$$', '$');
      return urlAskedBy(line) ?? { exec: shellCommand(line.trim(), { program: undefined, flag: '-c' }) };
    }
    if (probe['http_get'] === undefined) return undefined;
    const { host, scheme, path, port, status_code: status } = record(probe['http_get']);
    const at = text(port) === undefined ? '' : `:${text(port)}`;
    const url = `${text(scheme) ?? 'http'}://${text(host) ?? '127.0.0.1'}${at}${slashed(text(path) ?? '/')}`;
    if (number(status) !== undefined && number(status) !== 200)
      this.#reportLoss(`its probe wants status ${text(status)}; here any status from 200 to 399 passes`);
    return { http: this.#interpolate(this.#templated(url)) };
  }

  #stop({ command, signal, timeout_seconds: timeout, ...rest }: Data): Value | undefined {
    for (const field of Object.keys(rest))
      this.#reportLoss(
        field === 'parent_only' ? 'a stop is for the whole process tree' : 'no counterpart',
        `shutdown.${field}`,
      );
    const seconds = number(timeout);
    const line = text(command);
    const written = {
      command:
        line === undefined
          ? undefined
          : shellCommand(this.#templated(line).replaceAll('$$', '$').trim(), {
              program: undefined,
              flag: '-c',
            }),
      signal: signalName(number(signal)),
      grace: seconds === undefined ? undefined : fromSeconds(seconds),
    };
    return Object.values(written).every((value) => value === undefined) ? undefined : written;
  }

  #watch({ paths: written, debounce }: Data): Value | undefined {
    const rules = list(written).map((rule) => (typeof rule === 'string' ? { path: rule } : record(rule)));
    const paths = rules.flatMap(({ path, include }: Data) => watched(text(path), list(include).map(String)));
    const ignore = rules.flatMap(({ path, exclude }: Data) =>
      watched(text(path), list(exclude).map(String), true),
    );
    if (paths.length === 0) return undefined;
    const wait = fromGoDuration(text(debounce) ?? '');
    if (ignore.length === 0 && wait === undefined) return paths;
    return { paths, ignore: ignore.length === 0 ? undefined : ignore, debounce: wait };
  }

  /** Fills in `{{ .NAME }}` with a variable of the file; other parts of Go's templates stay as they are. */
  #templated(value: string): string {
    const filled = value.replace(/\{\{-?\s*\.(\w+)\s*-?\}\}/g, (whole, name: string) =>
      name === 'PC_REPLICA_NUM' ? '0' : (text(this.#vars[name]) ?? whole),
    );
    if (/\{\{/.test(filled)) this.#reportLoss(`'${filled}' has a template that is not carried over`);
    return filled;
  }
}

const isDisabled = (data: Data): boolean =>
  data['is_disabled'] === undefined ? data['disabled'] === true : text(data['is_disabled']) === 'true';

/** It waits for somebody at the keyboard. */
const isInteractive = (data: Data): boolean =>
  data['is_interactive'] === true || data['is_foreground'] === true;

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
