import { isatty } from 'node:tty';
import type { PodEvent, ProcessEvent } from '../model/pod-event.ts';
import { isLiveName } from '../model/vocabulary.ts';
import { armTerminalGuard, type TerminalGuard } from '../runtime/guard/terminal-guard.ts';
import { readStat } from '../runtime/process-tree/proc-table.ts';
import { keepLoopAlive } from '../time/keep-loop-alive.ts';
import { now, Timers } from '../time/timers.ts';
import { RESTORE_AFTER_OTHERS } from '../tui/terminal/restore.ts';
import { letGoOf, terminalGroup } from './caller-output.ts';

/** Ctrl-Z stops us with it, and a moment after we go on it has gone on too. */
const STOP_SETTLED_MS = 30;

/**
 * COMMAND in our session and process group: keys, Ctrl-C and Ctrl-Z of the terminal are its own, once each. What the
 * kernel sends us along with it we let pass; when it stops by itself we stop with it, so that the shell gets its prompt;
 * and a terminal that it leaves in a mess is given back in order.
 */
export class CommandOnTerminal {
  readonly #name: string;
  readonly #timers = new Timers<'stopped'>();
  readonly #guard: TerminalGuard | null;
  readonly #letLoopEnd = keepLoopAlive();
  #pid: number | null = null;

  private constructor(name: string, guard: TerminalGuard | null) {
    this.#name = name;
    this.#guard = guard;
    process.on('SIGCHLD', this.#onChild);
    process.on('SIGQUIT', this.#onQuit);
  }

  /** Before COMMAND is there to change the modes of the terminal. */
  static async open(name: string): Promise<CommandOnTerminal> {
    const restore = process.env['TERM'] === 'dumb' ? '' : RESTORE_AFTER_OTHERS;
    const hasTerminal = [0, 1].every((fd) => isatty(fd));
    return new CommandOnTerminal(name, hasTerminal ? await armTerminalGuard(restore) : null);
  }

  event(event: PodEvent): void {
    if (event.type === 'process' && event.name === this.#name) this.#follow(event);
  }

  /** COMMAND has had it from the terminal, and its answer is what counts. */
  spares(signal: NodeJS.Signals): boolean {
    return signal === 'SIGINT' && this.#hasKeys;
  }

  close(): void {
    this.#timers.disarmAll();
    process.off('SIGCHLD', this.#onChild);
    process.off('SIGQUIT', this.#onQuit);
    this.#guard?.dismiss();
    this.#letLoopEnd();
  }

  get #hasKeys(): boolean {
    return this.#pid !== null && terminalGroup()?.isForeground === true;
  }

  #follow({ state, pid, exit }: ProcessEvent): void {
    // Of a pipe that it has closed whoever writes into it is to know.
    if (this.#pid === null && pid !== null && !isatty(0)) letGoOf(0);
    this.#pid = isLiveName(state) ? pid : null;
    if (exit !== null && exit.signal !== null) this.#guard?.restore();
  }

  readonly #onChild = (): void => {
    if (this.#isStopped()) this.#timers.arm('stopped', now() + STOP_SETTLED_MS, () => this.#stopToo());
  };

  #stopToo(): void {
    if (this.#isStopped() && this.#hasKeys) process.kill(0, 'SIGTSTP');
  }

  #isStopped(): boolean {
    return this.#pid !== null && readStat(this.#pid)?.state === 'T';
  }

  readonly #onQuit = (): void => {
    if (this.#hasKeys) return;
    process.off('SIGQUIT', this.#onQuit);
    process.kill(process.pid, 'SIGQUIT');
  };
}
