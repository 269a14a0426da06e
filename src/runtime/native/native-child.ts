import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { after } from '../../time/timers.ts';
import type { Child } from '../launch/child.ts';
import type { Orphans } from '../process-tree/orphans.ts';
import { signalName } from '../signal-names.ts';
import type { Libc } from './libc.ts';

/** A child is tied to this process only by its end and its pipes. */
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

/** Interval of scans while a child that has ended hides others. */
const BETWEEN_SCANS_MS = 250;

/**
 * The children that Node does not know: those started here, and orphans. Node waits for its own by their pids, so these
 * remain until they are waited for here.
 */
export class NativeChildren {
  readonly #libc: Libc;
  readonly #orphans: Orphans | null;
  readonly #running = new Map<number, NativeChild>();
  #isWoken = false;
  #isScanDue = false;

  /** `orphans` null: this process adopts none. */
  constructor(libc: Libc, orphans: Orphans | null) {
    this.#libc = libc;
    this.#orphans = orphans;
    process.on('SIGCHLD', () => this.#wake());
  }

  /** Called in the same turn as the start. */
  add(pid: number, pipes: readonly Readable[]): Child {
    const child = new NativeChild(pipes);
    this.#running.set(pid, child);
    return child;
  }

  /** One signal may stand for several ends, and if thousands come, not each is worth a look. */
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

  /** A child that somebody else has to wait for is reported until that has been done, and hides all others. */
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

  /** Returns false if it still runs, or if somebody else waits for it. */
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

/** Format of <sys/wait.h>: the signal in the lowest 7 bits, or else the exit code in the next byte. */
const endingOf = (status: number): readonly [number | null, NodeJS.Signals | null] => {
  const signal = status & 0x7f;
  return signal === 0 ? [(status >> 8) & 0xff, null] : [null, signalName(signal) as NodeJS.Signals];
};
