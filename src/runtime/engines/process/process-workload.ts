import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import type { Exit } from '../../../model/exit.ts';
import type { AnsweredPort } from '../../../model/finding.ts';
import type { InputRefusal } from '../../../model/input-refusal.ts';
import type { ProcessSpec } from '../../../model/pod-spec.ts';
import type { Stray, Survivor } from '../../../model/survivor.ts';
import type { TerminalSize } from '../../../model/terminal-size.ts';
import type { Milliseconds } from '../../../model/vocabulary.ts';
import { sleep } from '../../../time/timers.ts';
import type { Child } from '../../launch/child.ts';
import type { Input } from '../../launch/input.ts';
import type { ProcessInput } from '../../launch/process-input.ts';
import type { Wrap } from '../../launch/spawn.ts';
import type { OutputSource } from '../../output/output-source.ts';
import type { Peer } from '../../ports/answering.ts';
import { OwnPorts } from '../../ports/own-ports.ts';
import type { ListeningAddress } from '../../ports/tree-listeners.ts';
import {
  listenForReady,
  listenForRefreshes,
  listenForStatus,
  type NotifyPipes,
} from '../../probes/notify-channel.ts';
import type { ProcessTrees, TreeRoot } from '../../process-tree/process-trees.ts';
import { sendSignal } from '../../process-tree/send-signal.ts';
import { signalNumber } from '../../signal-names.ts';
import type { TerminalSource } from '../../terminals/terminal-source.ts';
import type { RunCommand } from '../command.ts';
import type { Environment, MainEnd, ReadsInput, TreeEntry, Workload } from '../workload.ts';
import { AuxiliaryCommands } from './auxiliary-commands.ts';
import type { PodProcesses } from './tree-owners.ts';

/** Pause before the second look for leftovers of the main process. It doubles from look to look. */
const FIRST_LOOK: Milliseconds = 10;
const LONGEST_BETWEEN_LOOKS: Milliseconds = 80;
const NAMESPACE_LOOKS: Milliseconds = 5;

interface WorkloadOptions {
  readonly process: ProcessSpec;
  readonly trees: ProcessTrees;
  readonly pid: number;
  readonly child: Child;
  readonly input: ProcessInput;
  readonly source: OutputSource;
  /** Its terminal, or null if it has none. */
  readonly terminal: Pick<TerminalSource, 'resize' | 'isRaw'> | null;
  /** True if it is in our own process group, which must not get its signals. */
  readonly inOurSession: boolean;
  /** Pipes by which it says that it is ready, or what it does, or null if nobody listens. */
  readonly notify: NotifyPipes | null;
  /** FIFOs that its stdout and stderr are, and that only it writes to. */
  readonly writesTo: readonly string[];
  /** Program to start in place of a command beside it, or null. */
  readonly wrap: () => Wrap | null;
  /** Finds all of the pod's processes. */
  readonly pod: () => PodProcesses;
}

/** Process of this machine with its tree. */
export class ProcessWorkload implements Workload {
  readonly id: { readonly pid: number };
  readonly exited: Promise<MainEnd | null>;
  readonly imageSignal = null;
  readonly gone: Promise<readonly Survivor[]>;
  readonly #options: WorkloadOptions;
  readonly #root: TreeRoot;
  readonly #ownPorts: OwnPorts;
  readonly #commands: AuxiliaryCommands;
  /** Resolves when the main process is still there after a kill. */
  readonly #unkillable = Promise.withResolvers<null>();
  /** Aborted when the kill has begun: other searches are superfluous then. */
  readonly #killBegins = new AbortController();
  /** Null until something is sent. */
  #input: Input | InputRefusal | null = null;
  #reaped = false;
  #wasThere = false;
  #killing: Promise<readonly Survivor[]> | null = null;

  constructor(options: WorkloadOptions) {
    const { process, trees, pid, child, source, writesTo, wrap } = options;
    this.#options = options;
    this.id = { pid };
    this.#root = trees.rootOf(pid, process.name, {
      holdsNamespace: process.isolation?.ownPids ?? false,
      outputs: writesTo,
      isReaped: () => this.#reaped,
    });
    this.#ownPorts = new OwnPorts(process, this.#root, trees);
    this.#commands = new AuxiliaryCommands({ process, trees, wrap });
    source.attach(child);
    this.exited = Promise.race([this.#untilExited(child), this.#unkillable.promise]);
    this.gone = this.#untilGone();
  }

  onReady(listener: () => void): void {
    const { notify } = this.#options;
    if (notify !== null) listenForReady(notify, listener);
  }

  onStatus(listener: (text: string) => void): void {
    const { notify } = this.#options;
    if (notify !== null) listenForStatus(notify, listener);
  }

  onRefresh(listener: (files: readonly string[]) => void): void {
    const { notify } = this.#options;
    if (notify !== null) listenForRefreshes(notify, listener);
  }

  /** Waits for its own pid namespace, which takes some milliseconds. */
  untilThere(): Promise<void> | null {
    return this.#isThere() ? null : this.#awaitNamespace();
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#reaped) return;
    const { inOurSession, pid, trees } = this.#options;
    if (!inOurSession || this.#root.holdsNamespace) return trees.signalGroup(this.#root, signal);
    sendSignal(pid, signal);
    if (signal !== 'SIGKILL') sendSignal(pid, 'SIGCONT');
  }

  terminate(sparesGroup: boolean): Promise<void> {
    return this.#options.trees.terminateLeftovers(this.#root, sparesGroup);
  }

  kill(): Promise<readonly Survivor[]> {
    this.#commands.letGo();
    this.#killBegins.abort();
    this.#killing ??= this.#killTree();
    return this.#killing;
  }

  send(bytes: Buffer, end: boolean): InputRefusal | null {
    this.#input ??= this.#openInput();
    return typeof this.#input === 'string' ? this.#input : this.#input.write(bytes, end);
  }

  async readsInput(): Promise<ReadsInput> {
    const { process, terminal } = this.#options;
    if (process.launch.stdin === 'null' && terminal === null) return 'no';
    // Loaded late: few processes ask.
    const { readsStdin } = await import('./reads-stdin.ts');
    const others = (await this.listTree()).map(({ pid }) => pid).filter((pid) => pid !== this.id.pid);
    if (this.#reaped) return 'no';
    const reads = readsStdin([this.id.pid, ...others]);
    // Only a program that has a use for each key asks for them one by one.
    return reads === 'maybe' && terminal?.isRaw === true ? 'yes' : reads;
  }

  resize(size: TerminalSize): boolean {
    this.#options.terminal?.resize(size);
    return this.#options.terminal !== null;
  }

  enter(name: string, env: Environment): RunCommand {
    return this.#commands.runner(name, env);
  }

  endLeftovers(name: string): Promise<void> {
    return this.#commands.endLeftovers(name);
  }

  whoElseAnswers(peer: Peer): Promise<AnsweredPort | null> | null {
    return this.#ownPorts.whoElseAnswers(peer);
  }

  forgetAnswers(): void {
    this.#ownPorts.forget();
  }

  async listTree(): Promise<readonly TreeEntry[]> {
    // Loaded late: a run that nobody inspects never needs it.
    const { listTree } = await import('./list-tree.ts');
    return listTree(this.#options.process.name, this.#options.pod());
  }

  async listening(): Promise<readonly ListeningAddress[] | null> {
    const { listeningOf } = await import('../../ports/tree-listeners.ts');
    return listeningOf((await this.listTree()).map(({ pid }) => pid));
  }

  async close(): Promise<readonly Stray[]> {
    const { source, child, trees } = this.#options;
    this.#commands.letGo();
    await this.#commands.endAll();
    await source.settle(child);
    this.#letGo();
    return trees.strays(this.#root);
  }

  async #untilExited(child: Child): Promise<MainEnd> {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    this.#reaped = true;
    const isGone = this.#killing === null && (await this.#nothingLeft());
    return { exit: exitOf(code, signal), lingers: !isGone };
  }

  /**
   * Ends with a kill if something was left: a look that finds nothing may have missed a process that forks on, and the
   * kill looks until it finds nothing several times in a row.
   */
  async #untilGone(): Promise<readonly Survivor[]> {
    const end = await this.exited;
    if (end === null) return this.kill();
    if (!end.lingers) return [];
    let pause = FIRST_LOOK;
    do {
      await sleep(pause, this.#killBegins.signal);
      pause = Math.min(2 * pause, LONGEST_BETWEEN_LOOKS);
    } while (this.#killing === null && !(await this.#nothingLeft()));
    return this.kill();
  }

  async #nothingLeft(): Promise<boolean> {
    return (await this.#options.trees.countLeftovers(this.#root)) === 0;
  }

  async #killTree(): Promise<readonly Survivor[]> {
    const survivors = await this.#options.trees.kill(this.#root, () => this.#reaped, KILL_AT_MOST);
    const rootSurvives = survivors.some(({ pid }) => pid === this.#root.pid);
    if (rootSurvives && !this.#reaped) this.#unkillable.resolve(null);
    return survivors;
  }

  #isThere(): boolean {
    this.#wasThere ||= !this.#root.holdsNamespace || this.#options.trees.hasCommand(this.#root);
    return this.#wasThere || this.#reaped;
  }

  async #awaitNamespace(): Promise<void> {
    while (!this.#isThere()) await sleep(NAMESPACE_LOOKS);
  }

  #openInput(): Input | InputRefusal {
    const { input, child } = this.#options;
    return input.input((child.stdio[0] as Writable | null | undefined) ?? null);
  }

  /** Pipes that another process still has open must not keep the supervisor alive. */
  #letGo(): void {
    const { child, input } = this.#options;
    for (const stream of child.stdio) (stream as Socket | null)?.destroy();
    this.#input = 'not-running';
    input.close();
    child.unref();
  }
}

/** Puts the end of a process into one number, as a shell does. */
const exitOf = (code: number | null, signal: string | null): Exit => ({
  code,
  signal,
  status: code ?? 128 + (signal === null ? 0 : signalNumber(signal)),
  failure: null,
});
