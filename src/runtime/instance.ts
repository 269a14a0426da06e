import { deepEqual } from '../model/deep-equal.ts';
import type { Exit, HookName } from '../model/exit.ts';
import type { AnsweredPort, Finding, NobodyInside } from '../model/finding.ts';
import type { HookSpec, ProbeSpec, ProcessSpec } from '../model/pod-spec.ts';
import type { Stray, Survivor } from '../model/survivor.ts';
import type { ProbeName } from '../model/vocabulary.ts';
import type { ActionResult } from './actions/action-result.ts';
import type { RunCommand } from './engines/command.ts';
import type { Workload } from './engines/workload.ts';
import { runHook } from './hooks/run-hook.ts';
import type { ProcessOutput } from './output/process-output.ts';
import type { OutputStream } from './pod-reader.ts';
import type { Peer } from './ports/answering.ts';
import { attemptProbe } from './probes/attempt-probe.ts';
import { watchLog } from './probes/log-watcher.ts';
import type { RunnerContext } from './runner-context.ts';

const PROBES: readonly ProbeName[] = ['startup', 'readiness', 'liveness'];

interface InstanceOptions {
  readonly process: ProcessSpec;
  readonly context: RunnerContext;
  readonly generation: number;
  readonly workload: Workload;
  readonly output: ProcessOutput;
  /** Environment of its hooks and probes. */
  readonly env: Readonly<Record<string, string>>;
}

/** The end of a run. */
interface End {
  readonly exit: Exit;
  /** Processes of its tree that no signal could end. */
  readonly survivors: readonly Survivor[];
  /** Processes that may belong to its tree. */
  readonly strays: readonly Stray[];
}

/**
 * One run of a process: its output, its hooks and probes, until its whole workload is gone. It reports to the core and
 * carries out its commands: what follows from a death is not decided here.
 */
export class Instance {
  readonly generation: number;
  readonly workload: Workload;
  /** Resolves when everything that a signal could end is gone, and its output has been delivered. */
  readonly gone: Promise<End>;
  readonly #options: InstanceOptions;
  readonly #ending = new AbortController();
  readonly #hooks = new Map<HookName, AbortController>();
  readonly #seen = new Set<string | RegExp>();
  /** Ends the watch of each log probe that has not seen its line yet. */
  readonly #stopWatching = new Map<ProbeName, () => void>();
  /** The others on its ports that were reported. */
  #reported: readonly AnsweredPort[] = [];
  #stopCommand: Promise<unknown> | null = null;
  #notified = false;

  constructor(options: InstanceOptions) {
    this.#options = options;
    this.generation = options.generation;
    this.workload = options.workload;
    this.#watchSigns();
    this.gone = this.#untilGone();
  }

  signal(signal: NodeJS.Signals): void {
    const { output, context } = this.#options;
    output.letWrite();
    const coming = this.workload.untilThere();
    if (coming === null) this.workload.signal(signal);
    else coming.then(() => this.workload.signal(signal)).catch(context.crashed);
  }

  /**
   * Sends SIGTERM to the processes that the main process has left behind. A second SIGTERM might be taken as an order
   * to hurry.
   */
  terminate(sparesGroup: boolean): Promise<void> {
    return this.workload.terminate(sparesGroup);
  }

  /** Kills the tree; resolves with the processes that no signal could end. */
  kill(): Promise<readonly Survivor[]> {
    this.#ending.abort();
    return this.workload.kill();
  }

  /** Runs a hook; null if it was cut off because the process has ended, so that there is no result. */
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
    const coming = this.workload.untilThere();
    if (coming !== null) await coming;
    const { output, context, env } = this.#options;
    const lines = { stdout: output.assemble('stdout'), stderr: output.assemble('stderr') };
    const onOutput = (stream: OutputStream, chunk: Buffer): void => output.take(chunk, lines[stream]);
    const run = this.workload.enter(hook, env);
    const result = await runHook(spec, { run, signal, onOutput, backpressure: context.backpressure });
    lines.stdout.finish();
    lines.stderr.finish();
    return result;
  }

  cancelHook(hook: HookName): void {
    this.#hooks.get(hook)?.abort();
  }

  /** Makes an attempt; null if it was cut off because the process ends, so that there is no result. */
  probe(probe: ProbeName, spec: ProbeSpec): Promise<ActionResult | null> | ActionResult | null {
    const coming = this.workload.untilThere();
    return coming === null ? this.#attempt(probe, spec) : coming.then(() => this.#attempt(probe, spec));
  }

  #attempt(probe: ProbeName, spec: ProbeSpec): Promise<ActionResult | null> | ActionResult | null {
    const pushed = {
      notified: this.#notified,
      matched: (pattern: string | RegExp) => this.#seen.has(pattern),
    };
    const run: RunCommand = (...given) => this.workload.enter(probe, this.#options.env)(...given);
    const whoElse = (peer: Peer) => this.#whoElseAnswers(peer);
    const attempt = attemptProbe(spec, { run, signal: this.#ending.signal, pushed, whoElse });
    if (!(attempt instanceof Promise)) return this.#judged(attempt);
    return attempt.then(async (result) => {
      if (spec.target.kind === 'exec') await this.workload.endLeftovers(probe);
      return this.#judged(result);
    });
  }

  #judged(attempt: ActionResult): ActionResult | null {
    if (!attempt.ok) this.workload.forgetAnswers();
    return this.#ending.signal.aborted ? null : attempt;
  }

  #whoElseAnswers(peer: Peer): Promise<AnsweredPort | NobodyInside | null> | null {
    return this.workload.whoElseAnswers(peer)?.then((found) => this.#noted(found)) ?? null;
  }

  /** Reports each other process once. */
  #noted(found: AnsweredPort | NobodyInside | null): AnsweredPort | NobodyInside | null {
    if (found?.kind !== 'port-answered' || this.#reported.some((each) => deepEqual(each, found)))
      return found;
    this.#reported = [...this.#reported, found];
    this.#options.context.notice(found);
    return found;
  }

  #watchSigns(): void {
    for (const probe of PROBES) {
      const target = this.#options.process[probe]?.target;
      if (target?.kind !== 'log') continue;
      const { pattern } = target;
      const watch = watchLog(
        pattern,
        () => this.#matched(probe, pattern),
        () => this.#tooSlow(probe, pattern),
      );
      this.#stopWatching.set(probe, this.#options.output.watch(watch));
    }
    this.workload.onReady(() => this.#isNotified());
    const { process, context } = this.#options;
    this.workload.onStatus((text) => context.status(process.name, text));
    this.workload.onRefresh((files) => context.send({ type: 'refreshed', process: process.name, files }));
  }

  #tooSlow(probe: ProbeName, pattern: string | RegExp): void {
    this.#stopWatching.get(probe)?.();
    const { process, context } = this.#options;
    context.notice({ kind: 'pattern-too-slow', process: process.name, probe, pattern: String(pattern) });
  }

  #matched(probe: ProbeName, pattern: string | RegExp): void {
    this.#seen.add(pattern);
    this.#stopWatching.get(probe)?.();
    this.#sendSign(probe, { kind: 'line', came: true });
  }

  #isNotified(): void {
    if (this.#notified) return;
    this.#notified = true;
    for (const probe of PROBES) {
      if (this.#options.process[probe]?.target.kind === 'notify')
        this.#sendSign(probe, { kind: 'notification', came: true });
    }
  }

  #sendSign(probe: ProbeName, finding: Finding): void {
    const { process, context, generation } = this.#options;
    const sign = { process: process.name, generation, probe, attempt: null, ok: true, finding };
    context.send({ type: 'probed', ...sign });
  }

  async #untilGone(): Promise<End> {
    const end = await this.workload.exited;
    if (end?.lingers === true) this.#reportLingering(end.exit);
    const survivors = await this.workload.gone;
    // A stop command may have more to do after the process is gone; the core's grace limits it.
    if (end !== null) await this.#stopCommand;
    this.#ending.abort();
    const strays = await this.workload.close();
    this.#options.output.endLines();
    this.#options.context.status(this.#options.process.name, null);
    for (const stop of this.#stopWatching.values()) stop();
    return { exit: end?.exit ?? NOT_ENDED, survivors, strays };
  }

  #reportLingering(exit: Exit): void {
    const { process, context, generation } = this.#options;
    context.send({ type: 'root-exited', process: process.name, generation, exit });
  }
}

/** Exit of a main process that is still there after SIGKILL. */
const NOT_ENDED: Exit = { code: null, signal: 'SIGKILL', status: 137, failure: { kind: 'not-ended' } };
