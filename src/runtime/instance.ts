import { once } from 'node:events';
import type { Socket } from 'node:net';
import { KILL_AT_MOST } from '../core/kill-bounds.ts';
import type { Exit, HookName } from '../model/exit.ts';
import type { HookSpec, ProbeSpec, ProcessSpec } from '../model/pod-spec.ts';
import type { Stray, Survivor } from '../model/survivor.ts';
import type { Milliseconds, ProbeName } from '../model/vocabulary.ts';
import { now, sleep } from '../time/timers.ts';
import type { ActionResult } from './actions/action-result.ts';
import type { RunCommand } from './engines/command.ts';
import { runHook } from './hooks/run-hook.ts';
import type { ProcessInput } from './launch/process-input.ts';
import { runCommand } from './launch/run-command.ts';
import type { Mark } from './launch/spawn.ts';
import type { Child } from './launch/start-program.ts';
import type { ProcessOutput } from './output/process-output.ts';
import type { OutputStream } from './pod-reader.ts';
import type { Peer } from './ports/answering.ts';
import { OwnPorts } from './ports/own-ports.ts';
import { attemptProbe } from './probes/attempt-probe.ts';
import { watchLog } from './probes/log-watcher.ts';
import { listenForReady, type NotifyPipes } from './probes/notify-channel.ts';
import type { TreeRoot } from './process-tree/process-trees.ts';
import { sendSignal } from './process-tree/send-signal.ts';
import type { RunnerContext } from './runner-context.ts';
import { signalNumber } from './signal-names.ts';

/** Looks for what the main process has left behind come at first this often, then ever more seldom. */
const FIRST_LOOK: Milliseconds = 10;
const LONGEST_BETWEEN_LOOKS: Milliseconds = 80;
const NAMESPACE_LOOKS: Milliseconds = 5;
/** What a probe leaves behind may hide from a quick look. A thorough one after each attempt might cost more than it. */
const BETWEEN_THOROUGH_LOOKS: Milliseconds = 10_000;

const PROBES: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

interface InstanceOptions {
  readonly spec: ProcessSpec;
  readonly context: RunnerContext;
  readonly generation: number;
  readonly pid: number;
  readonly child: Child;
  readonly input: ProcessInput;
  /** Its process group is ours, and no signal for it may be sent to that. */
  readonly inOurSession: boolean;
  /** Null where no probe waits for its word. */
  readonly notify: NotifyPipes | null;
  readonly output: ProcessOutput;
  /** The FIFOs that its stdout and stderr are, which nobody else was given. */
  readonly writesTo: readonly string[];
  /** Of what runs beside it. */
  readonly env: Readonly<Record<string, string>>;
}

/** How a run ended. */
interface End {
  readonly exit: Exit;
  /** What of its tree no signal could end. */
  readonly survivors: readonly Survivor[];
  /** What may be of its tree, and cannot be told. */
  readonly strays: readonly Stray[];
}

/**
 * One run of a process: its output, its hooks and probes, and its whole tree until the last of it is gone. It tells the
 * core what has become of them, and does what it is told: what follows from a death is not decided here.
 */
export class Instance {
  readonly generation: number;
  /** Resolves when all of it is gone that a signal could end, and its output has been delivered. */
  readonly gone: Promise<End>;
  readonly #options: InstanceOptions;
  readonly #root: TreeRoot;
  readonly #ownPorts: OwnPorts;
  readonly #ending = new AbortController();
  readonly #hooks = new Map<HookName, AbortController>();
  readonly #seen = new Set<string | RegExp>();
  /** The marks of the probes and hooks that have started a process. */
  readonly #besides = new Set<string>();
  /** When all that a probe has left behind was looked for. */
  readonly #lookedAt = new Map<ProbeName, Milliseconds>();
  readonly #launchedAt = now();
  /** Of the log probes that have not seen their line yet. */
  readonly #stopWatching = new Map<ProbeName, () => void>();
  #stopCommand: Promise<unknown> | null = null;
  /** Resolves when the main process is still there after a kill. */
  readonly #unkillable = Promise.withResolvers<null>();
  /** Aborted when the kill has begun: nobody has to look any more. */
  readonly #killBegins = new AbortController();
  #notified = false;
  #reaped = false;
  #wasThere = false;
  #killing: Promise<readonly Survivor[]> | null = null;

  constructor(options: InstanceOptions) {
    const { spec, context, generation, pid, child, output } = options;
    this.#options = options;
    this.generation = generation;
    this.#root = context.trees.rootOf(pid, spec.name, {
      holdsNamespace: spec.isolation?.ownPids ?? false,
      outputs: options.writesTo,
    });
    this.#ownPorts = new OwnPorts(spec, this.#root, context.trees, (message) =>
      context.notice({ kind: 'port-answered', process: spec.name, message }),
    );
    this.#watchSigns();
    output.attach(child);
    this.gone = this.#untilGone(child);
  }

  signal(signal: NodeJS.Signals): void {
    this.#options.output.letWrite();
    if (this.#isThere()) this.#signalNow(signal);
    else
      this.#untilThere()
        .then(() => this.#signalNow(signal))
        .catch(this.#options.context.crashed);
  }

  #signalNow(signal: NodeJS.Signals): void {
    if (this.#reaped) return;
    const { inOurSession, pid } = this.#options;
    if (!inOurSession || this.#root.holdsNamespace) return this.#trees.signalGroup(this.#root, signal);
    sendSignal(pid, signal);
    if (signal !== 'SIGKILL') sendSignal(pid, 'SIGCONT');
  }

  /** SIGTERM to what the main process has left behind. A second one might be taken as an order to hurry. */
  terminate(sparesGroup: boolean): Promise<void> {
    return this.#trees.terminateLeftovers(this.#root, sparesGroup);
  }

  /** Resolves with what of its tree no signal could end. */
  kill(): Promise<readonly Survivor[]> {
    this.#ending.abort();
    this.#killBegins.abort();
    this.#killing ??= this.#killTree();
    return this.#killing;
  }

  async #killTree(): Promise<readonly Survivor[]> {
    const survivors = await this.#trees.kill(this.#root, () => this.#reaped, KILL_AT_MOST);
    const rootSurvives = survivors.some(({ pid }) => pid === this.#root.pid);
    if (rootSurvives && !this.#reaped) this.#unkillable.resolve(null);
    return survivors;
  }

  /** Null: the hook was cut off because the process has ended, and says nothing about it. */
  async runHook(hook: HookName, spec: HookSpec): Promise<ActionResult | null> {
    const running = this.#carryOut(hook, spec);
    if (hook === 'stop') this.#stopCommand = running;
    const result = await running;
    return this.#ending.signal.aborted ? null : result;
  }

  async #carryOut(hook: HookName, spec: HookSpec): Promise<ActionResult> {
    const cancel = new AbortController();
    this.#hooks.set(hook, cancel);
    const signal = AbortSignal.any([cancel.signal, this.#ending.signal]);
    if (!this.#isThere()) await this.#untilThere();
    const { output, context } = this.#options;
    const lines = { stdout: output.assemble('stdout'), stderr: output.assemble('stderr') };
    const onOutput = (stream: OutputStream, chunk: Buffer): void => output.take(chunk, lines[stream]);
    const { flow } = context;
    const result = await runHook(spec, { run: this.#runnerOf(hook), signal, onOutput, flow });
    lines.stdout.finish();
    lines.stderr.finish();
    return result;
  }

  cancelHook(hook: HookName): void {
    this.#hooks.get(hook)?.abort();
  }

  /** Null: the attempt was cut off because the process ends, and says nothing about it. */
  async probe(probe: ProbeName, spec: ProbeSpec): Promise<ActionResult | null> {
    const pushed = {
      notified: this.#notified,
      matched: (pattern: string | RegExp) => this.#seen.has(pattern),
    };
    const { signal } = this.#ending;
    if (!this.#isThere()) await this.#untilThere();
    const whoElse = (peer: Peer) => this.#ownPorts.whoElseAnswers(peer);
    const context = { run: this.#runnerOf(probe), signal, pushed, whoElse };
    const attempt = await attemptProbe(spec, context);
    if (spec.target.kind === 'exec') await this.#endProbeLeftovers(probe);
    if (!attempt.ok) this.#ownPorts.forget();
    return signal.aborted ? null : attempt;
  }

  /** What was launched takes some time to be in a pid namespace of its own. */
  #isThere(): boolean {
    this.#wasThere ||= !this.#root.holdsNamespace || this.#trees.hasCommand(this.#root);
    return this.#wasThere || this.#reaped;
  }

  async #untilThere(): Promise<void> {
    while (!this.#isThere()) await sleep(NAMESPACE_LOOKS);
  }

  get #trees() {
    return this.#options.context.trees;
  }

  /**
   * What runs beside the process carries marks of its own, one for each probe and hook, so that it does not pass for
   * something left behind, and that none of them is ended for another.
   */
  #runnerOf(what: ProbeName | HookName): RunCommand {
    const { spec, env, context } = this.#options;
    const beside = `${spec.name}:${what}`;
    const wrap = spec.isolation === null ? undefined : context.isolation()?.beside(spec, this.#root.pid);
    const mark: Mark = (given) => {
      this.#besides.add(beside);
      return this.#trees.mark(given, beside);
    };
    const killTree = (pid: number) =>
      this.#trees.kill(this.#trees.rootOf(pid, beside), () => false, KILL_AT_MOST);
    const lifetime = this.#ending.signal;
    const { cwd } = spec.launch;
    const place = { cwd, env, mark, lifetime, ...(wrap === undefined ? {} : { wrap }), killTree };
    return (command, options) => runCommand({ ...options, ...place, command });
  }

  /** What an attempt has left behind is ended before the next one, which carries the same mark. */
  async #endProbeLeftovers(probe: ProbeName): Promise<void> {
    if (now() - (this.#lookedAt.get(probe) ?? this.#launchedAt) < BETWEEN_THOROUGH_LOOKS) return;
    await this.#trees.killMarked(`${this.#options.spec.name}:${probe}`, KILL_AT_MOST);
    this.#lookedAt.set(probe, now());
  }

  #watchSigns(): void {
    for (const probe of PROBES) {
      const target = this.#options.spec[probe]?.target;
      if (target?.kind !== 'log') continue;
      const { pattern } = target;
      const watch = watchLog(
        pattern,
        () => this.#matched(probe, pattern),
        () => this.#tooSlow(probe, pattern),
      );
      this.#stopWatching.set(probe, this.#options.output.watch(watch));
    }
    const { notify } = this.#options;
    if (notify !== null) listenForReady(notify, () => this.#isNotified());
  }

  #tooSlow(probe: ProbeName, pattern: string | RegExp): void {
    this.#stopWatching.get(probe)?.();
    const { spec, context } = this.#options;
    context.notice({ kind: 'pattern-too-slow', process: spec.name, probe, pattern: String(pattern) });
  }

  #matched(probe: ProbeName, pattern: string | RegExp): void {
    this.#seen.add(pattern);
    this.#stopWatching.get(probe)?.();
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

  async #untilGone(child: Child): Promise<End> {
    const exit = await Promise.race([this.#untilReaped(child), this.#unkillable.promise]);
    const survivors = exit === null ? await this.kill() : await this.#untilTreeIsGone(exit);
    // What stops the process may have more to do once it is gone; the core's grace bounds it.
    if (exit !== null) await this.#stopCommand;
    this.#ending.abort();
    await Promise.all([...this.#besides].map((mark) => this.#trees.killMarked(mark, KILL_AT_MOST)));
    await this.#options.output.settle(child);
    for (const stop of this.#stopWatching.values()) stop();
    this.#letGo(child);
    return { exit: exit ?? NOT_ENDED, survivors, strays: this.#trees.strays(this.#root) };
  }

  async #untilReaped(child: Child): Promise<Exit> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#reaped = true;
    return exitOf(code, signal);
  }

  /**
   * Where something was left, a look that finds nothing may have missed one that forks on: the kill, which goes on until
   * nothing is found time after time, has the last word.
   */
  async #untilTreeIsGone(exit: Exit): Promise<readonly Survivor[]> {
    if (this.#killing === null && (await this.#nothingLeft())) return [];
    const { spec, context, generation } = this.#options;
    context.send({ type: 'root-exited', process: spec.name, generation, exit });
    let pause = FIRST_LOOK;
    do {
      await sleep(pause, this.#killBegins.signal);
      pause = Math.min(2 * pause, LONGEST_BETWEEN_LOOKS);
    } while (this.#killing === null && !(await this.#nothingLeft()));
    return this.kill();
  }

  async #nothingLeft(): Promise<boolean> {
    return (await this.#trees.countLeftovers(this.#root)) === 0;
  }

  /** Pipes that somebody else still holds must not keep the supervisor alive. */
  #letGo(child: Child): void {
    for (const stream of child.stdio) (stream as Socket | null)?.destroy();
    this.#options.input.close();
    child.unref();
  }
}

/** The shell's way to put the end of a process into one number. */
const exitOf = (code: number | null, signal: string | null): Exit => ({
  code,
  signal,
  status: code ?? 128 + (signal === null ? 0 : signalNumber(signal)),
  message: null,
});

/** Of a main process that is still there after SIGKILL. */
const NOT_ENDED: Exit = { code: null, signal: 'SIGKILL', status: 137, message: 'could not be ended' };
