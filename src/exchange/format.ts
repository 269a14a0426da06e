import type { FoundPod } from './form/found-pod.ts';
import type { Machine } from './reading/machine.ts';

/** A file to read, and the machine that it is read on. */
export interface Source {
  /** Absolute path. */
  readonly file: string;
  /** Path for messages. */
  readonly name: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  readonly text: string;
  readonly machine: Machine;
  /**
   * `write`: a config for people comes of it, that runs what it can on this machine. `run`: it runs at once as its own tool
   * would run it, in containers.
   */
  readonly purpose: 'write' | 'run';
}

/** A format of another tool, between its files and the neutral form. */
export interface Format {
  /** Its name for people. */
  readonly name: string;
  /** Names of the files that a folder is searched for; the first that is there counts. */
  readonly files: readonly string[];
  /**
   * True for a file of this format, by its name or its content.
   *
   * @throws what its parser throws, for a file that has its name
   */
  recognizes(source: Source): boolean;
  /** @throws what its parser throws */
  read(source: Source): FoundPod | Promise<FoundPod>;
}
