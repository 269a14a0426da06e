import { isatty } from 'node:tty';
import type { PodEvent, ProcessEvent } from '../model/pod-event.ts';
import { isLiveName } from '../model/vocabulary.ts';
import { armTerminalGuard, type TerminalGuard } from '../runtime/guard/terminal-guard.ts';
import { readStat } from '../runtime/process-tree/proc-table.ts';
import { keepLoopAlive } from '../time/keep-loop-alive.ts';
import { now, Timers } from '../time/timers.ts';
import { RESTORE_AFTER_OTHERS } from '../tui/terminal/restore.ts';
import { letGoOf, terminalGroup } from './caller-output.ts';

/** Ctrl-Z stops this process along with COMMAND; COMMAND continues within this time after it. */
const STOP_SETTLED_MS = 30;

/**
 * Runs COMMAND in our session and process group: it gets keys, Ctrl-C and Ctrl-Z of the terminal itself, once each. A
 * signal that the kernel sends us along with it is ignored. When COMMAND stops, this process stops too, so that the
 * shell gets its prompt. A terminal that it leaves in a wrong mode is restored.
 */
export class CommandOnTerminal {
  readonly #name: string;
  readonly #timers = new Timers<'stopped'>();
  readonly #guard: TerminalGuard | null;
  readonly #letLoopEnd = keepLoopAlive();
  #pid: number | null = null;
  #restored: Promise<void> = Promise.resolve();

  private constructor(name: string, guard: TerminalGuard | null) {
    this.#name = name;
    this.#guard = guard;
    process.on('SIGCHLD', this.#onChild);
    process.on('SIGQUIT', this.#onQuit);
  }

  /** Called before COMMAND can change the terminal's modes. */
  static async open(name: string): Promise<CommandOnTerminal> {
    const restore = process.env['TERM'] === 'dumb' ? '' : RESTORE_AFTER_OTHERS;
    const hasTerminal = [0, 1].every((fd) => isatty(fd));
    return new CommandOnTerminal(name, hasTerminal ? await armTerminalGuard(restore) : null);
  }

  /** Pending while the terminal is being restored: what is written meanwhile may be on a screen that goes. */
  get restored(): Promise<void> {
    return this.#restored;
  }

  event(event: PodEvent): void {
    if (event.type === 'process' && event.name === this.#name) this.#follow(event);
  }

  /** COMMAND has got the signal from the terminal, and its exit counts. */
  spares(signal: NodeJS.Signals): boolean {
    return signal === 'SIGINT' && this.#hasKeys;
  }

  /** Resolves when the terminal is as it was. */
  async close(): Promise<void> {
    this.#timers.disarmAll();
    process.off('SIGCHLD', this.#onChild);
    process.off('SIGQUIT', this.#onQuit);
    this.#guard?.dismiss();
    await this.#restored;
    this.#letLoopEnd();
  }

  get #hasKeys(): boolean {
    return this.#pid !== null && terminalGroup()?.isForeground === true;
  }

  #follow({ state, pid, exit }: ProcessEvent): void {
    // A writer should notice that COMMAND has closed its pipe.
    if (this.#pid === null && pid !== null && !isatty(0)) letGoOf(0);
    this.#pid = isLiveName(state) ? pid : null;
    if (exit !== null && exit.signal !== null && this.#guard !== null) {
      this.#restored = this.#guard.restore();
    }
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
