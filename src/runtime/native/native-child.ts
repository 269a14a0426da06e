import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { after } from '../../time/timers.ts';
import type { Child } from '../launch/start-program.ts';
import type { Orphans } from '../process-tree/orphans.ts';
import { signalName } from '../signal-names.ts';
import type { Libc } from './libc.ts';

/** What it has to do with this process is its end, and the pipes it was given. */
class NativeChild extends EventEmitter implements Child {
  readonly stdout = null;
  readonly stderr = null;
  readonly stdio: readonly Readable[];

  constructor(pipes: readonly Readable[]) {
    super();
    this.stdio = pipes;
  }

  unref(): void {
    // It does not keep this process alive.
  }
}

/** While a child that has ended hides others. */
const BETWEEN_SCANS_MS = 250;

/**
 * The children that Node knows nothing of: those that were started here, and orphans. Node waits for its own by their
 * pids, so these stay until they are waited for here.
 */
export class NativeChildren {
  readonly #libc: Libc;
  readonly #orphans: Orphans | null;
  readonly #running = new Map<number, NativeChild>();
  #isWoken = false;
  #isScanDue = false;

  /** `orphans` null: none come to this process. */
  constructor(libc: Libc, orphans: Orphans | null) {
    this.#libc = libc;
    this.#orphans = orphans;
    process.on('SIGCHLD', () => this.#wake());
  }

  /** To be called in the turn in which it was started. */
  add(pid: number, pipes: readonly Readable[]): Child {
    const child = new NativeChild(pipes);
    this.#running.set(pid, child);
    return child;
  }

  /** One signal may stand for the ends of several, and where thousands come, not each of them is worth a look. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    setImmediate(() => {
      this.#isWoken = false;
      this.#reap();
    });
  }

  #reap(): void {
    for (let pid = this.#libc.endedChild(); pid !== null; pid = this.#libc.endedChild()) {
      if (!this.#take(pid)) return this.#reapBehind();
    }
  }

  /** What somebody else has to wait for is told of until that has been done, and hides all others. */
  #reapBehind(): void {
    for (const pid of [...this.#running.keys()]) this.#take(pid);
    if (this.#orphans === null) return;
    if (this.#isScanDue) return;
    this.#isScanDue = true;
    after(BETWEEN_SCANS_MS, () => this.#scan(), { ref: false });
  }

  #scan(): void {
    this.#isScanDue = false;
    for (const pid of this.#orphans?.ended() ?? []) this.#take(pid);
    this.#reap();
  }

  /** False: it runs, or it is not for this to wait for it. */
  #take(pid: number): boolean {
    const child = this.#running.get(pid);
    if (child === undefined && this.#orphans?.mayBeReaped(pid) !== true) return false;
    const status = this.#libc.wait(pid);
    if (status === null) return false;
    this.#running.delete(pid);
    this.#orphans?.reaped(pid);
    child?.emit('exit', ...endingOf(status));
    return true;
  }
}

/** As in <sys/wait.h>: the signal in the lowest 7 bits, or else the exit code in the next byte. */
const endingOf = (status: number): readonly [number | null, NodeJS.Signals | null] => {
  const signal = status & 0x7f;
  return signal === 0 ? [(status >> 8) & 0xff, null] : [null, signalName(signal) as NodeJS.Signals];
};
