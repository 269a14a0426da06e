import type { CommandSnapshot, PodRequest, RequestOutcome, Timestamp } from '../control/pod-client.ts';
import { unknownProcessText } from '../control/unknown-process.ts';
import type { Notice } from '../model/notice.ts';
import { commandTitle } from '../model/own-command.ts';
import type { OwnCommandSpec, ProcessSpec } from '../model/pod-spec.ts';
import { commandRefusalText, unknownCommandText } from '../report/command-refusal-text.ts';
import { exitFailureText } from '../report/launch-failures.ts';
import { quoted } from '../report/phrases.ts';
import { printable } from '../report/printable.ts';
import type { CommandEnd } from '../runtime/commands/command-run.ts';
import { type NotRun, OwnCommands } from '../runtime/commands/own-commands.ts';
import type { Engine } from '../runtime/engines/engine.ts';
import type { ProcessEngine } from '../runtime/engines/process/process-engine.ts';
import type { PodLoop } from '../runtime/pod-loop.ts';
import type { RunnerContext } from '../runtime/runner-context.ts';
import { newestEnvironment } from './newest-environment.ts';
import { exitSnapshot } from './process-history.ts';
import type { Reached } from './reached.ts';

type CommandRequest = Extract<PodRequest, { readonly type: 'run-command' | 'stop-command' }>;

/** What a snapshot has of a command, besides what the config says. */
export interface CommandState extends Pick<CommandSnapshot, 'pid' | 'launchedAt' | 'lastExit'> {
  readonly hasTerminal: boolean;
}

interface PodCommandsOptions {
  readonly loop: PodLoop;
  /** Engine of the processes. */
  readonly engine: Engine;
  /** Runs the commands. */
  readonly machine: ProcessEngine;
  readonly context: Pick<
    RunnerContext,
    'backpressure' | 'logs' | 'output' | 'unfinished' | 'notice' | 'crashed'
  >;
  readonly timeOf: (at: number) => Timestamp;
  /** Called when the state of a command may have changed without a notice. */
  readonly onChange: () => void;
}

/** The commands beside the processes of a pod, by the requests of clients. */
export class PodCommands {
  readonly #options: PodCommandsOptions;
  readonly #commands: OwnCommands;

  constructor(options: PodCommandsOptions) {
    const { machine, context } = options;
    this.#options = options;
    this.#commands = new OwnCommands({
      engine: machine,
      context,
      onStarted: (process, command, pid) => this.#notice({ kind: 'command-started', process, command, pid }),
      onEnded: (process, command, end) => this.#ended(process, command, end),
    });
  }

  stateOf(process: string, command: string): CommandState {
    const {
      pid = null,
      last = null,
      launchedAt = null,
      tape = null,
    } = this.#commands.of(process, command) ?? {};
    const { timeOf } = this.#options;
    return {
      pid,
      launchedAt: launchedAt === null ? null : timeOf(launchedAt),
      lastExit: last === null ? null : exitSnapshot(last, timeOf),
      hasTerminal: tape !== null,
    };
  }

  /** Null if there is no such command. */
  reach(process: string, command: string): Reached | null {
    const known = this.#options.loop.pod.spec.processes.get(process)?.commands ?? [];
    const { streams = null, tape = null, launchedAt = null } = this.#commands.of(process, command) ?? {};
    return known.some(({ name }) => name === command) ? { streams, tape, launchedAt } : null;
  }

  async request({ type, process, command }: CommandRequest): Promise<RequestOutcome> {
    const { pod } = this.#options.loop;
    const spec = pod.spec.processes.get(process);
    if (spec === undefined) return refused(unknownProcessText([printable(process)], processesOf(pod.spec)));
    const known = spec.commands.map(({ name }) => name);
    const own = spec.commands.find(({ name }) => name === command);
    if (type === 'stop-command') return this.#stop(spec, command);
    if (own === undefined) return refused(unknownCommandText(process, printable(command), known));
    if (pod.stop !== null) return refused(commandRefusalText(process, command, 'pod-stops'));
    return this.#run(own, spec);
  }

  /** The pod stops. */
  stopAll(): void {
    this.#commands.stopAll(this.#options.loop.pod.spec.stop.grace);
  }

  forget(process: string): void {
    this.#commands.forget(process);
  }

  /** Kills what still runs. */
  close(): Promise<void> {
    return this.#commands.close();
  }

  async #run(own: OwnCommandSpec, process: ProcessSpec): Promise<RequestOutcome> {
    const { loop, engine } = this.#options;
    const env = newestEnvironment(loop, process.name);
    const enter = engine.wordsToEnter(process, env);
    const notRun = await this.#commands.start(own, { process, env, enter });
    this.#options.onChange();
    return notRun === null ? { ok: true } : refused(notRunText(process.name, own.name, notRun));
  }

  #stop({ name, stop }: ProcessSpec, command: string): RequestOutcome {
    const grace = stop.grace ?? this.#options.loop.pod.spec.stop.grace;
    const refusal = this.#commands.stop(name, command, grace);
    return refusal === null ? { ok: true } : refused(commandRefusalText(name, printable(command), refusal));
  }

  #ended(process: string, command: string, { exit, ranFor, wasStopped }: CommandEnd): void {
    this.#notice({ kind: 'command-ended', process, command, exit, ranFor, wasStopped });
  }

  #notice(notice: Notice): void {
    this.#options.context.notice(notice);
  }
}

const refused = (message: string): RequestOutcome => ({ ok: false, message });

const processesOf = ({ processes }: { readonly processes: ReadonlyMap<string, ProcessSpec> }) =>
  [...processes.values()].map(({ name, app }) => ({ name, app: app?.name ?? null }));

const notRunText = (process: string, command: string, notRun: NotRun): string =>
  notRun.kind === 'refused'
    ? commandRefusalText(process, command, notRun.because)
    : `${commandTitle(process, command)} could not be started: ${quoted(exitFailureText(notRun.failure))}`;
