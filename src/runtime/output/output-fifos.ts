import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KernelTransfer, loadKernelTransfer } from './kernel-transfer.ts';

/** The descriptors a process's output is read from. */
export interface FifoPair {
  readonly stdout: number;
  readonly stderr: number;
}

/** Opens what was begun for these processes; null where there are none. */
export type OpenFifos = (processes: readonly string[]) => Promise<OutputFifos | null>;

/** What other users may do: a process that has changed its user opens /dev/stdout anew. The folder keeps all others out. */
const MODE = '622';

/** For writing too: so it has no end while nobody else has it open, between two runs of a process. */
const OPENED = constants.O_RDWR | constants.O_NONBLOCK;

/**
 * A FIFO for stdout and one for stderr of each process, for all its restarts. Other than the socket that Node gives a
 * child, a FIFO can be opened anew (`> /dev/stdout`), and another process can hold it: what is in it outlives us.
 */
export class OutputFifos {
  readonly #pairs: ReadonlyMap<string, FifoPair>;
  /** Null until it is loaded, and for good where it cannot be. */
  transfer: KernelTransfer | null = null;

  private constructor(pairs: ReadonlyMap<string, FifoPair>) {
    this.#pairs = pairs;
  }

  /**
   * Begins to make them, before it is known for which processes: `mkfifo` takes 4 ms, of which 2 block us, and has
   * done by the time that the rest of this program and a config are loaded. What is returned must be called, if only with none, and gives null where
   * there are none: outside of Linux, or without `mkfifo`.
   *
   * @example
   * const open = OutputFifos.begin();
   * const fifos = await open(['web', 'db']);
   * fifos?.of('web')?.stdout; // a descriptor
   */
  static begin(): OpenFifos {
    const folder = process.platform === 'linux' ? makeFolder() : null;
    if (folder === null) return () => Promise.resolve(null);
    const first = makeFifos(folder, FIRST_NAMES);
    return async (processes) => {
      try {
        const names = processes.flatMap((_, index) => namesOf(index));
        const made = (await first) && (await makeFifos(folder, names.slice(FIRST_NAMES.length)));
        return made ? new OutputFifos(openPairs(folder, processes)) : null;
      } catch {
        return null;
      } finally {
        // Once they are open nobody needs their names.
        rmSync(folder, { recursive: true, force: true });
      }
    };
  }

  of(process: string): FifoPair | undefined {
    return this.#pairs.get(process);
  }

  entries(): readonly (readonly [string, FifoPair])[] {
    return [...this.#pairs];
  }

  /** From when it resolves, killing the supervisor loses nothing that was written. */
  async loadTransfer(): Promise<void> {
    this.transfer = await loadKernelTransfer();
  }

  /** For a pod that is not started after all; else whoever reads them closes them. */
  close(): void {
    for (const { stdout, stderr } of this.#pairs.values())
      for (const fifo of [stdout, stderr]) closeSync(fifo);
  }
}

/** The writing end for a process about to be started, which whoever starts it closes afterwards. */
export const openWritingEnd = (fifo: number): number =>
  // A description of its own: a process that makes it non-blocking, as Node does, would make it so for the next one.
  openSync(`/proc/self/fd/${fifo}`, constants.O_WRONLY);

const makeFolder = (): string | null => {
  try {
    return mkdtempSync(join(tmpdir(), 'sidecarctl-'));
  } catch {
    return null;
  }
};

const namesOf = (process: number): readonly [string, string] => [`${process}.out`, `${process}.err`];

/** Of those that are made before the number of processes is known. */
const FIRST_NAMES = Array.from({ length: 16 }, (_, index) => namesOf(index)).flat();

const makeFifos = async (folder: string, names: readonly string[]): Promise<boolean> => {
  if (names.length === 0) return true;
  const child = spawn('mkfifo', ['-m', MODE, ...names], { cwd: folder, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code === 0;
};

const openPairs = (folder: string, processes: readonly string[]): ReadonlyMap<string, FifoPair> =>
  new Map(
    processes.map((name, index) => {
      const [stdout, stderr] = namesOf(index).map((file) => openSync(join(folder, file), OPENED));
      return [name, { stdout: stdout ?? -1, stderr: stderr ?? -1 }];
    }),
  );
