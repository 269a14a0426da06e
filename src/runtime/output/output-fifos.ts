import { closeSync, constants, fchmodSync, openSync } from 'node:fs';
import type { Libc } from '../native/libc.ts';
import { createKernelTransfer, type KernelTransfer } from './kernel-transfer.ts';
import { makeNamedFifos } from './named-fifos.ts';

/** The descriptors that a process's output is read from. */
export interface FifoPair {
  readonly stdout: number;
  readonly stderr: number;
}

type Pairs = ReadonlyMap<string, FifoPair>;

/** Null if there are none. */
type OpenPairs = (processes: readonly string[]) => Promise<Pairs | null>;

/** Opens the FIFOs for these processes; null if there are none. */
export type OpenFifos = (processes: readonly string[]) => Promise<OutputFifos | null>;

/**
 * Rights of other users: a process that has changed its user opens /dev/stdout again. No path leads other users to it.
 */
const MODE = 0o622;

/** Opened for writing too, so that it has no end between two runs of a process. */
const OPENED = constants.O_RDWR | constants.O_NONBLOCK;

/**
 * A FIFO for stdout and one for stderr of each process, for all its restarts. Unlike the socket that Node gives a
 * child, a FIFO can be opened again (`> /dev/stdout`), and another process can hold it, so that its content outlives
 * this process.
 */
export class OutputFifos {
  /** Null if output is read and written: then a killed supervisor loses the bytes in between. */
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
   * Prepares the opening before the processes are known. The returned function gives null if there are no FIFOs:
   * outside Linux, or if they cannot be created.
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

  /** Adds processes; those that can get no FIFOs write to pipes. Returns true if there are new FIFOs. */
  async add(processes: readonly string[]): Promise<boolean> {
    const added = processes.filter((name) => !this.#pairs.has(name) && !this.#taken.has(name));
    const pairs = added.length === 0 ? null : await this.#open(added);
    for (const [name, pair] of pairs ?? []) this.#pairs.set(name, pair);
    return pairs !== null;
  }

  /** Gives the FIFOs away to a reader that closes them. */
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

  /** Closes all FIFOs of a pod that is not started after all. In one that was, the readers close them. */
  close(): void {
    closeAll([...this.#pairs.values()]);
  }
}

/** Opens the writing end for a process that is about to be started. The caller closes it afterwards. */
export const openWritingEnd = (fifo: number): number => {
  // A separate description: a process that makes it non-blocking, as Node does, must not affect the next one.
  const end = openSync(`/proc/self/fd/${fifo}`, constants.O_WRONLY);
  // Only now, because the first launch waits for the pipes of all processes.
  fchmodSync(end, MODE);
  return end;
};

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

/** A pipe that is opened again through its descriptor works like a FIFO. Null if there are too few descriptors. */
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
    return openSync(`/proc/self/fd/${ends.reading}`, OPENED);
  } catch {
    return null;
  } finally {
    closeSync(ends.reading);
    closeSync(ends.writing);
  }
};
