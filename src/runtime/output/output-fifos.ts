import { closeSync, constants, fchmodSync, openSync } from 'node:fs';
import type { Libc } from '../native/libc.ts';
import { createKernelTransfer, type KernelTransfer } from './kernel-transfer.ts';
import { makeNamedFifos } from './named-fifos.ts';

/** The descriptors a process's output is read from. */
export interface FifoPair {
  readonly stdout: number;
  readonly stderr: number;
}

type Pairs = ReadonlyMap<string, FifoPair>;

/** Null where there are none. */
type OpenPairs = (processes: readonly string[]) => Promise<Pairs | null>;

/** Opens what was begun for these processes; null where there are none. */
export type OpenFifos = (processes: readonly string[]) => Promise<OutputFifos | null>;

/** What other users may do: a process that has changed its user opens /dev/stdout anew. No path leads all others to it. */
const MODE = 0o622;

/** For writing too: so it has no end while nobody else has it open, between two runs of a process. */
const OPENED = constants.O_RDWR | constants.O_NONBLOCK;

/**
 * A FIFO for stdout and one for stderr of each process, for all its restarts. Other than the socket that Node gives a
 * child, a FIFO can be opened anew (`> /dev/stdout`), and another process can hold it: what is in it outlives us.
 */
export class OutputFifos {
  /** Null where output is read and written: what is between the two is lost with a supervisor that is killed then. */
  readonly transfer: KernelTransfer | null;
  readonly #pairs: Map<string, FifoPair>;
  readonly #open: OpenPairs;
  readonly #taken = new Set<string>();

  private constructor(pairs: Pairs, open: OpenPairs, transfer: KernelTransfer | null) {
    this.#pairs = new Map(pairs);
    this.#open = open;
    this.transfer = transfer;
  }

  /**
   * Makes ready to open them, before it is known for which processes. What is returned gives null where there are none:
   * outside of Linux, or where they cannot be made.
   *
   * @example
   * const open = OutputFifos.begin(loadLibc());
   * const fifos = await open(['web', 'db']);
   * fifos?.of('web')?.stdout; // a descriptor
   */
  static begin(libc: Libc | null): OpenFifos {
    const open: OpenPairs = libc === null ? openNamedFifos : async (processes) => openPipes(libc, processes);
    const transfer = () => (libc === null ? null : createKernelTransfer(libc));
    return async (processes) => {
      const pairs = await open(processes);
      return pairs === null ? null : new OutputFifos(pairs, open, transfer());
    };
  }

  /** For processes that have come later; those that cannot get any write to pipes. Whether there are new ones. */
  async add(processes: readonly string[]): Promise<boolean> {
    const added = processes.filter((name) => !this.#pairs.has(name) && !this.#taken.has(name));
    const pairs = added.length === 0 ? null : await this.#open(added);
    for (const [name, pair] of pairs ?? []) this.#pairs.set(name, pair);
    return pairs !== null;
  }

  /** For whoever reads them by other means, and closes them: nothing else holds them then. */
  take(process: string): FifoPair | undefined {
    const pair = this.#pairs.get(process);
    this.#pairs.delete(process);
    this.#taken.add(process);
    return pair;
  }

  of(process: string): FifoPair | undefined {
    return this.#pairs.get(process);
  }

  entries(): readonly (readonly [string, FifoPair])[] {
    return [...this.#pairs];
  }

  /** Closes the FIFOs of a process that has left the pod. */
  remove(process: string): void {
    const pair = this.#pairs.get(process);
    this.closed(process);
    if (pair !== undefined) closeAll([pair]);
  }

  /** The reader has closed the FIFOs of this process. Their numbers may belong to other files now. */
  closed(process: string): void {
    this.#pairs.delete(process);
  }

  /** For a pod that is not started after all. In one that was, the readers close them. */
  close(): void {
    closeAll([...this.#pairs.values()]);
  }
}

/** The writing end for a process about to be started, which whoever starts it closes afterwards. */
export const openWritingEnd = (fifo: number): number =>
  // A description of its own: a process that makes it non-blocking, as Node does, would make it so for the next one.
  openSync(`/proc/self/fd/${fifo}`, constants.O_WRONLY);

const openNamedFifos: OpenPairs = async (processes) => {
  const fifos = await makeNamedFifos(2 * processes.length, MODE, OPENED);
  if (fifos === null) return null;
  return new Map(
    processes.map((name, index) => {
      const [stdout = -1, stderr = -1] = fifos.slice(2 * index);
      return [name, { stdout, stderr }];
    }),
  );
};

const closeAll = (pairs: readonly FifoPair[]): void => {
  for (const { stdout, stderr } of pairs)
    for (const fifo of [stdout, stderr]) if (fifo !== -1) closeSync(fifo);
};

/** Opened anew by its descriptor a pipe is a FIFO in all but its name. Null where there are too few descriptors. */
const openPipes = (libc: Libc, processes: readonly string[]): Pairs | null => {
  const pairs = new Map<string, FifoPair>();
  for (const name of processes) {
    const [stdout, stderr] = [openPipe(libc), openPipe(libc)];
    if (stdout === null || stderr === null) {
      closeAll([...pairs.values(), { stdout: stdout ?? -1, stderr: stderr ?? -1 }]);
      return null;
    }
    pairs.set(name, { stdout, stderr });
  }
  return pairs;
};

const openPipe = (libc: Libc): number | null => {
  const ends = libc.pipe();
  if (ends === null) return null;
  try {
    const fifo = openSync(`/proc/self/fd/${ends.reading}`, OPENED);
    fchmodSync(fifo, MODE);
    return fifo;
  } catch {
    return null;
  } finally {
    closeSync(ends.reading);
    closeSync(ends.writing);
  }
};
