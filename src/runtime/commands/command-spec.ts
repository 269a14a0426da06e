import { commandLog } from '../../model/own-command.ts';
import type { CommandSpec, EnvSpec, OwnCommandSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Environment } from '../engines/workload.ts';
import { isForcedColor } from '../launch/forced-color.ts';

/** The place of a process, for a command beside it. */
export interface BesideProcess {
  readonly process: ProcessSpec;
  /** Environment of its newest launch. */
  readonly env: Environment;
  /** Words to put before a command that is to run where the process runs. */
  readonly enter: readonly string[];
}

/** A process that runs a command beside another one, with nothing of that but its environment and its folder. */
export const commandSpec = (
  { name, command, tty }: OwnCommandSpec,
  { process, env, enter }: BesideProcess,
): ProcessSpec => ({
  ...process,
  name: commandLog(process.name, name),
  launch: {
    command: entered(command, enter),
    cwd: process.launch.cwd,
    env: tty ? onTerminal(env, process.launch.env) : environmentOf(env),
    stdin: 'null',
    tty,
    output: 'captured',
  },
  ports: [],
  mounts: [],
  files: [],
  requires: [],
  isolation: null,
  startup: null,
  readiness: null,
  liveness: null,
  postStart: null,
  preStop: null,
  watch: null,
});

const entered = (command: CommandSpec, [file, ...args]: readonly string[]): CommandSpec => {
  if (file === undefined) return command;
  const words = command.kind === 'direct' ? [command.file, ...command.args] : ['/bin/sh', '-c', command.line];
  return { kind: 'direct', file, args: [...args, ...words] };
};

/** Programs find out by themselves which colors a terminal shows. */
const onTerminal = (env: Environment, spec: EnvSpec): EnvSpec => {
  const kept = Object.entries(env).filter(([name, value]) => !isForcedColor(name, value, spec));
  return { ...environmentOf(Object.fromEntries(kept)), assumed: { TERM: 'xterm-256color' } };
};

/** A descriptor of the number in NOTIFY_FD means something else in another process. */
const environmentOf = ({ NOTIFY_FD: _, ...env }: Environment): EnvSpec => ({
  assumed: {},
  colors: {},
  inherited: env,
  podFiles: [],
  files: [],
  services: {},
  withoutServices: [],
  injected: {},
  provided: {},
  pod: {},
  own: {},
});
