import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { HookSpec, Milliseconds, ProbeSpec, ProcessSpec } from '../core/pod-spec.ts';
import type { Exit, HookName, ProbeName } from '../core/process-state.ts';
import { eachLine } from '../logs/each-line.ts';
import { LineAssembler } from '../logs/line-assembler.ts';
import type { ProcessLog } from '../logs/pod-logs.ts';
import { type HookResult, runHook } from './hooks/run-hook.ts';
import type { OutputStream } from './pod-reader.ts';
import { attemptProbe } from './probes/attempt-probe.ts';
import { type LineListener, watchLog } from './probes/log-watcher.ts';
import { openNotifyChannel } from './probes/notify-channel.ts';
import type { ProbeAttempt } from './probes/probe-attempt.ts';
import type { TreeRoot } from './process-tree/process-trees.ts';
import type { RunnerContext } from './runner-context.ts';
import { type Mark, NOTIFY_FD } from './spawn.ts';
import { now } from './timers.ts';

/** Output may still arrive after the exit; a process left behind may hold the pipe open for ever. */
const OUTPUT_WAIT: Milliseconds = 250;
const LEFTOVER_LOOKS: Milliseconds = 10;
/** SIGKILL is obeyed at once but by a process that hangs in the kernel; that one is not waited for. */
const KILL_AT_MOST: Milliseconds = 4_000;

const PROBES: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

interface InstanceOptions {
  readonly spec: ProcessSpec;
  readonly context: RunnerContext;
  readonly generation: number;
  readonly pid: number;
  readonly child: ChildProcess;
  readonly env: Readonly<Record<string, string>>;
}

/** One run of a process: its output, its hooks and probes, and its whole tree until the last of it is gone. */
export class Instance {
  readonly generation: number;
  /** Resolves when the process and all it started are gone and its output has been delivered. */
  readonly gone: Promise<Exit>;
  readonly #options: InstanceOptions;
  readonly #root: TreeRoot;
  readonly #log: ProcessLog;
  readonly #ending = new AbortController();
  readonly #hooks = new Map<HookName, AbortController>();
  readonly #seen = new Set<string | RegExp>();
  /** Of the log probes that have not seen their line yet. */
  readonly #watchers = new Map<ProbeName, LineListener>();
  #stopCommand: Promise<unknown> | null = null;
  #notified = false;
  #signalled = false;
  #reaped = false;
  #killing: Promise<void> | null = null;

  constructor(options: InstanceOptions) {
    const { spec, context, generation, pid, child } = options;
    this.#options = options;
    this.generation = generation;
    this.#log = context.logs.of(spec.name);
    this.#root = context.trees.rootOf(pid, spec.name);
    this.#watchSigns(child);
    const drained = Promise.all([this.#read(child.stdout, 'stdout'), this.#read(child.stderr, 'stderr')]);
    this.gone = this.#untilGone(child, drained);
  }

  signal(signal: NodeJS.Signals): void {
    this.#signalled = true;
    if (!this.#reaped) this.#trees.signalGroup(this.#root, signal);
  }

  kill(): Promise<void> {
    this.#ending.abort();
    this.#killing ??= this.#trees.kill(this.#root, () => this.#reaped, KILL_AT_MOST);
    return this.#killing;
  }

  /** Null: the hook was cut off because the process has ended, and says nothing about it. */
  async runHook(hook: HookName, spec: HookSpec): Promise<HookResult | null> {
    const running = this.#carryOut(hook, spec);
    if (hook === 'stop') this.#stopCommand = running;
    const result = await running;
    return this.#ending.signal.aborted ? null : result;
  }

  async #carryOut(hook: HookName, spec: HookSpec): Promise<HookResult> {
    const cancel = new AbortController();
    this.#hooks.set(hook, cancel);
    const signal = AbortSignal.any([cancel.signal, this.#ending.signal]);
    const assemble = (stream: OutputStream) =>
      new LineAssembler((block, partial) => this.#deliver(stream, block, partial));
    const lines = { stdout: assemble('stdout'), stderr: assemble('stderr') };
    const onOutput = (stream: OutputStream, chunk: Buffer): void => this.#take(chunk, lines[stream]);
    const { flow } = this.#options.context;
    const result = await runHook(spec, { ...this.#commandContext(), signal, onOutput, flow });
    lines.stdout.finish();
    lines.stderr.finish();
    return result;
  }

  cancelHook(hook: HookName): void {
    this.#hooks.get(hook)?.abort();
  }

  /** Null: the attempt was cut off because the process ends, and says nothing about it. */
  async probe(spec: ProbeSpec): Promise<ProbeAttempt | null> {
    const pushed = {
      notified: this.#notified,
      matched: (pattern: string | RegExp) => this.#seen.has(pattern),
    };
    const { signal } = this.#ending;
    const attempt = await attemptProbe(spec, { ...this.#commandContext(), signal, pushed });
    return signal.aborted ? null : attempt;
  }

  get #trees() {
    return this.#options.context.trees;
  }

  /** What runs beside the process carries a mark of its own, so that it does not pass for something left behind. */
  #commandContext() {
    const { spec, env } = this.#options;
    const beside = `${spec.name}:beside`;
    const mark: Mark = (spawnable, given) => this.#trees.mark(spawnable, given, beside);
    const killTree = (pid: number) =>
      this.#trees.kill(this.#trees.rootOf(pid, beside), () => false, KILL_AT_MOST);
    return { cwd: spec.launch.cwd, env, mark, killTree };
  }

  #watchSigns(child: ChildProcess): void {
    for (const probe of PROBES) {
      const target = this.#options.spec[probe]?.target;
      if (target?.kind === 'log')
        this.#watchers.set(
          probe,
          watchLog(target.pattern, () => this.#matched(probe, target.pattern)),
        );
    }
    const channel = child.stdio[NOTIFY_FD];
    if (channel === undefined || channel === null) return;
    openNotifyChannel(channel as Readable, () => this.#isNotified());
    child.on('message', (message) => {
      if (message === 'ready') this.#isNotified();
    });
  }

  #matched(probe: ProbeName, pattern: string | RegExp): void {
    this.#seen.add(pattern);
    this.#watchers.delete(probe);
    this.#sendSign(probe, 'a line matched');
  }

  #isNotified(): void {
    if (this.#notified) return;
    this.#notified = true;
    for (const probe of PROBES) {
      if (this.#options.spec[probe]?.target.kind === 'notify') this.#sendSign(probe, 'notified');
    }
  }

  #sendSign(probe: ProbeName, message: string): void {
    const { spec, context, generation } = this.#options;
    context.send({ type: 'probed', process: spec.name, generation, probe, attempt: null, ok: true, message });
  }

  /** Resolves at the end of the stream, which a process that was left behind may put off. */
  async #read(stream: Readable | null, name: OutputStream): Promise<void> {
    if (stream === null) return;
    const lines = new LineAssembler((block, partial) => this.#deliver(name, block, partial));
    stream.on('data', (chunk: Buffer) => this.#take(chunk, lines));
    stream.on('error', () => undefined);
    this.#options.context.flow.join(stream);
    await once(stream, 'close');
    lines.finish();
  }

  /** Into the file first: what has been shown is never missing there. */
  #take(chunk: Buffer, lines: LineAssembler): void {
    this.#log.file.append(chunk);
    lines.push(chunk);
  }

  #deliver(stream: OutputStream, block: Buffer, partial: boolean): void {
    this.#log.ring.push({ stream, bytes: block, partial });
    for (const watch of this.#watchers.values()) eachLine(block, watch);
    this.#options.context.output(this.#options.spec.name, stream, block, partial);
  }

  async #untilGone(child: ChildProcess, drained: Promise<unknown>): Promise<Exit> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#reaped = true;
    await this.#endLeftovers();
    // What stops the process may have more to do once it is gone; the core's grace bounds it.
    await this.#stopCommand;
    this.#ending.abort();
    this.#readTheRest(child);
    await Promise.race([drained, outputWait()]);
    this.#letGo(child);
    this.#log.file.endLine();
    return exitOf(code, signal);
  }

  /**
   * What the root leaves behind is asked to go, and then made to: in a stop when the core's grace is over, else after a
   * grace of its own. A second SIGTERM to those that got the first one might be taken as an order to hurry. Where
   * something was left, a look that finds nothing may have missed one that forks on: the kill, which goes on until
   * nothing is found time after time, has the last word.
   */
  async #endLeftovers(): Promise<void> {
    if (this.#killing === null && (await this.#nothingLeft())) return;
    await this.#trees.terminateLeftovers(this.#root, this.#signalled);
    const deadline = this.#signalled
      ? Number.POSITIVE_INFINITY
      : now() + this.#options.context.leftoverGrace();
    do {
      await setTimeout(LEFTOVER_LOOKS);
    } while (this.#killing === null && now() < deadline && !(await this.#nothingLeft()));
    await this.kill();
  }

  async #nothingLeft(): Promise<boolean> {
    return (await this.#trees.countLeftovers(this.#root)) === 0;
  }

  #readTheRest({ stdout, stderr }: ChildProcess): void {
    const { flow } = this.#options.context;
    if (stdout !== null) flow.leave(stdout);
    if (stderr !== null) flow.leave(stderr);
  }

  /** Pipes that somebody else still holds must not keep the supervisor alive. */
  #letGo(child: ChildProcess): void {
    for (const stream of child.stdio) (stream as Socket | null)?.destroy();
    if (child.connected) child.disconnect();
  }
}

/** After a stall of the loop the time is over before anything was read: one more turn reads what is there. */
const outputWait = async (): Promise<void> => {
  await setTimeout(OUTPUT_WAIT, undefined, { ref: false });
  await setImmediate();
};

/** The shell's way to put the end of a process into one number. */
const exitOf = (code: number | null, signal: NodeJS.Signals | null): Exit => ({
  code,
  signal,
  status: code ?? 128 + (signal === null ? 0 : constants.signals[signal]),
  message: null,
});
