import { readdirSync, readFileSync } from 'node:fs';
import { listPids, readEntry } from '../../src/runtime/process-tree/proc-table.ts';
import { CommandLine } from './command-line.ts';
import { eventually } from './deadline.ts';
import { PodHere } from './pod-here.ts';
import { configFile, Project } from './project.ts';
import type { Run } from './run.ts';

/** What a process may do to outlive its supervisor. `$T` is the tag that everything carries in its arguments. */
export interface Scenario {
  readonly name: string;
  /** The service: a shell script. */
  readonly script: string;
  /** How many processes there are, at the least, when all that it does has been done. */
  readonly processes: number;
}

const STAY = 'exec sleep "$T"';
const DAEMON = 'exec <&- >&- 2>&-; (sleep "$1" &)';

export const SCENARIOS: readonly Scenario[] = [
  { name: 'a process deaf to SIGTERM', script: `trap '' TERM INT HUP; sleep "$T" & ${STAY}`, processes: 2 },
  { name: 'a session of its own', script: `setsid sleep "$T" & ${STAY}`, processes: 2 },
  { name: 'a daemon', script: `setsid sh -c '${DAEMON}' daemon "$T" & ${STAY}`, processes: 2 },
  {
    name: 'nohup whose leader has gone',
    script: `sh -c 'nohup sleep "$1" >/dev/null 2>&1 &' leader "$T"; ${STAY}`,
    processes: 2,
  },
  { name: 'a pipeline', script: 'sleep "$T" | sleep "$T" | sleep "$T"', processes: 3 },
  { name: 'npm run around node', script: 'exec npm run --silent serve -- "$T"', processes: 1 },
  {
    name: 'a daemon with an empty environment',
    script: `setsid env -i /bin/sh -c '${DAEMON}' daemon "$T" & ${STAY}`,
    processes: 2,
  },
  {
    name: 'a daemon deaf to SIGTERM',
    script: `setsid sh -c 'trap "" TERM INT HUP; ${DAEMON}' daemon "$T" & ${STAY}`,
    processes: 2,
  },
  { name: 'a stopped process', script: `sh -c 'kill -STOP $$' stopped "$T" & ${STAY}`, processes: 2 },
  {
    name: 'a process that forks on and exits every few milliseconds',
    script: `sh hop.sh "$T" & ${STAY}`,
    processes: 2,
  },
];

/** Each hop leaves session, group and parent behind. */
const HOP = 'sleep 0.002; setsid sh hop.sh "$1" </dev/null >/dev/null 2>&1 &\n';
const SERVE = 'setInterval(() => undefined, 1000);\n';
const PACKAGE = { name: 'zoo', scripts: { serve: 'node serve.mjs' } };

export const newTag = (): string => `${Math.floor(Math.random() * 1e9)}`.padStart(9, '1');

const QUIET_NPM = { npm_config_update_notifier: 'false' };

/** A pod with the scenarios as its sidecars; what is left of it is found by its tag alone. */
export class Zoo<R extends Run = CommandLine> {
  readonly run: R;
  readonly project: Project;
  readonly #tag: string;
  readonly #scenarios: readonly Scenario[];

  private constructor(project: Project, tag: string, scenarios: readonly Scenario[], run: R) {
    this.project = project;
    this.#tag = tag;
    this.#scenarios = scenarios;
    this.run = run;
  }

  /** Under the built command. `fields` of the pod, `each` of every service. */
  static open(scenarios: readonly Scenario[], fields: object = {}, each: object = {}): Promise<Zoo> {
    return Zoo.#open(
      scenarios,
      (names) => ({ ...configOf(names, each), ...fields }),
      ({ folder }) => new CommandLine(['up', '--ui', 'json'], folder, QUIET_NPM),
    );
  }

  /** In the test's own process. */
  static openHere(scenarios: readonly Scenario[]): Promise<Zoo<PodHere>> {
    return Zoo.#open(
      scenarios,
      (names) => configOf(names, {}),
      ({ folder }, config) => new PodHere(config, folder, { env: QUIET_NPM }),
    );
  }

  static async #open<R extends Run>(
    scenarios: readonly Scenario[],
    config: (names: readonly string[]) => object,
    start: (project: Project, config: object) => R,
  ): Promise<Zoo<R>> {
    const tag = newTag();
    const pod = config(scenarios.map((_, index) => `s${index}`));
    const project = await Project.create({
      'package.json': JSON.stringify(PACKAGE),
      'hop.sh': HOP,
      'serve.mjs': SERVE,
      'sidecars.config.mjs': configFile(pod),
    });
    for (const [index, { script }] of scenarios.entries())
      await project.write(`s${index}.sh`, scriptOf(script, tag, index));
    const zoo = new Zoo(project, tag, scenarios, start(project, pod));
    try {
      await zoo.#settled();
    } catch (error) {
      await zoo[Symbol.asyncDispose]();
      throw error;
    }
    return zoo;
  }

  /** All that carries the tag, of one generation of a service or of everything; zombies have no arguments. */
  alive(generation = ''): readonly number[] {
    return processesTagged(`1000.${this.#tag}${generation}`);
  }

  /** The primary ends by itself, and the pod with it. */
  end(): Promise<void> {
    return this.project.write('end', '');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.run[Symbol.asyncDispose]();
    await eventually('the last of the zoo to be gone', () => {
      for (const pid of this.alive()) killIfThere(pid);
      return this.alive().length === 0;
    });
    await this.project[Symbol.asyncDispose]();
  }

  async #settled(): Promise<void> {
    for (const [index, { name, processes }] of this.#scenarios.entries()) {
      const tag = `1000.${this.#tag}1${index}`;
      await eventually(name, () => processesTagged(tag).filter(isAtRest).length >= processes);
    }
  }
}

const configOf = (names: readonly string[], each: object): object => ({
  sidecars: Object.fromEntries(names.map((name) => [name, { command: ['sh', `${name}.sh`], ...each }])),
  primary: { command: 'until [ -e end ]; do sleep 0.02; done' },
  stop: { grace: '300ms', minimumGrace: '100ms' },
});

/** The tag's last digits are the generation, then the service. */
const scriptOf = (script: string, tag: string, index: number): string => `
generation=$(cat generation-${index} 2>/dev/null || echo 1)
echo $((generation + 1)) >generation-${index}
T="1000.${tag}"$generation"${index}"
${script}
`;

/** One of those that stay, as opposed to a shell or an npm on the way to them. */
const isAtRest = (pid: number): boolean =>
  /^(\S*\/)?(sleep|node serve\.mjs|sh hop\.sh|sh -c kill -STOP \$\$ stopped) 1000\.\d+$/.test(
    commandLineOf(pid),
  );

const commandLineOf = (pid: number | string): string =>
  textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();

export const processesTagged = (tag: string): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandLineOf(entry).includes(tag))
    .map(Number);

const killIfThere = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
};

/** The shells that wait for this supervisor's end. */
export const guardsOf = (supervisor: number): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter(
      (pid) => statusOf(pid, 'PPid') === `${supervisor}` && commandLineOf(pid).includes('sidecarctl-guard'),
    );

/** The service of a launched process that holds a pid namespace for it, by the pid that it has outside; -1: not there. */
export const commandIn = (holder: number): number => {
  const isCommand = (pid: number): boolean => {
    const entry = readEntry(pid);
    return entry?.ppid === holder && entry.session === pid;
  };
  return listPids().find(isCommand) ?? -1;
};

export const statusOf = (pid: number, field: string): string =>
  new RegExp(`^${field}:\\s*(.*)$`, 'm').exec(textOf(`/proc/${pid}/status`))?.[1] ?? '';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
