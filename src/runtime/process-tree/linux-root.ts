import { readStat } from './proc-table.ts';
import type { RootTraits, TreeRoot } from './process-trees.ts';

/**
 * A root that reads its start time when the first search asks for it. Most never do, and while fifty processes start,
 * the kernel takes 0.1 to 0.4 ms for the file of one that is just becoming its program.
 */
export class LinuxRoot implements TreeRoot {
  readonly pid: number;
  readonly mark: string;
  readonly since: number;
  readonly holdsNamespace: boolean;
  readonly outputs: readonly string[];
  readonly #isReaped: () => boolean;
  #startTime: number | null | undefined;

  constructor(pid: number, mark: string, since: number, traits: RootTraits) {
    const { holdsNamespace = false, outputs = [], isReaped } = traits;
    this.pid = pid;
    this.mark = mark;
    this.since = since;
    this.holdsNamespace = holdsNamespace;
    this.outputs = outputs;
    this.#isReaped = isReaped ?? (() => false);
    if (isReaped === undefined) this.#startTime = this.#read();
  }

  /** A pid can belong to another process only after this one has been waited for. */
  get startTime(): number | null {
    if (this.#startTime === undefined) this.#startTime = this.#isReaped() ? null : this.#read();
    return this.#startTime;
  }

  #read(): number | null {
    return readStat(this.pid)?.startTime ?? null;
  }
}
