import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { signalName } from '../signal-names.ts';
import type { Child } from '../start-program.ts';
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

/**
 * The children that Node knows nothing of. Node waits for its own by their pids, so these stay until they are waited
 * for here.
 */
export class NativeChildren {
  readonly #libc: Libc;
  readonly #running = new Map<number, NativeChild>();

  constructor(libc: Libc) {
    this.#libc = libc;
    process.on('SIGCHLD', () => this.#reap());
  }

  /** To be called in the turn in which it was started. */
  add(pid: number, pipes: readonly Readable[]): Child {
    const child = new NativeChild(pipes);
    this.#running.set(pid, child);
    return child;
  }

  /** One signal may stand for the ends of several. */
  #reap(): void {
    for (const [pid, child] of this.#running) {
      const status = this.#libc.wait(pid);
      if (status === null) continue;
      this.#running.delete(pid);
      child.emit('exit', ...endingOf(status));
    }
  }
}

/** As in <sys/wait.h>: the signal in the lowest 7 bits, or else the exit code in the next byte. */
const endingOf = (status: number): readonly [number | null, NodeJS.Signals | null] => {
  const signal = status & 0x7f;
  return signal === 0 ? [(status >> 8) & 0xff, null] : [null, signalName(signal) as NodeJS.Signals];
};
