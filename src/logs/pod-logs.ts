import { sep } from 'node:path';
import type { Backpressure } from './backpressure.ts';
import { type LogFailure, LogFile, type LogLimits, newestLogPath } from './log-file.ts';
import { type LogNumbers, LogRing } from './log-ring.ts';
import { RingView } from './ring-view.ts';
import { noteRun } from './run-order.ts';

interface PodLogsOptions {
  /** Absolute path that is not checked; below it no symlink is followed. */
  readonly within: string;
  /** Absolute path; each process gets a folder in it. */
  readonly folder: string;
  readonly runId: string;
  readonly backpressure: Backpressure;
  readonly limits: LogLimits;
  readonly onFailure: (process: string, failure: LogFailure) => void;
}

/** The kept output of one process. */
export interface ProcessLog {
  readonly file: LogFile;
  readonly ring: LogRing;
}

/** The kept output of a pod's processes: all of it in files, the newest in memory. */
export class PodLogs {
  readonly #options: PodLogsOptions;
  readonly #run: string;
  readonly #numbers: LogNumbers = { next: 1 };
  readonly #logs = new Map<string, ProcessLog>();
  /** Number of files of each process that has left. */
  readonly #begun = new Map<string, number>();
  readonly #closing = new Set<Promise<void>>();
  #order: readonly string[] | null = null;

  constructor(options: PodLogsOptions) {
    this.#options = options;
    // For example 20261120T100000Z-ea732e11.
    this.#run = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${options.runId}`;
  }

  of(process: string): ProcessLog {
    const log = this.#logs.get(process) ?? this.#create(process);
    this.#logs.set(process, log);
    return log;
  }

  /** Absolute path of a process's newest log file, before its first output too. */
  pathOf(process: string): string {
    return newestLogPath(this.#folderOf(process), this.#run);
  }

  /** View of the output in memory of one process, or of all processes (null) in the order it came. */
  view(process: string | null): RingView {
    if (process === null) return new RingView(() => [...this.#logs.values()].map(({ ring }) => ring));
    return new RingView(() => {
      const log = this.#logs.get(process);
      return log === undefined ? [] : [log.ring];
    });
  }

  /** Absolute path of a process's newest log file, or null before its first output. */
  fileOf(process: string): string | null {
    const file = this.#logs.get(process)?.file;
    return file?.isBegun === true ? file.path : null;
  }

  #folderOf(process: string): string {
    return `${this.#options.folder}${sep}${process}`;
  }

  /** Frees the memory of a process and keeps its files. A later process of the same name begins a new file. */
  forget(process: string): void {
    const log = this.#logs.get(process);
    if (log === undefined) return;
    this.#logs.delete(process);
    this.#begun.set(process, log.file.filesBegun);
    const closed = log.file.close().finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }

  /** Begins new files in place of deleted ones. */
  reopenLost(): void {
    this.#order = null;
    for (const { file } of this.#logs.values()) file.reopenIfLost();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#closing, ...[...this.#logs.values()].map(({ file }) => file.close())]);
  }

  #runOrder(): readonly string[] {
    const { within, folder } = this.#options;
    this.#order ??= noteRun(within, folder, this.#run);
    return this.#order;
  }

  #create(process: string): ProcessLog {
    const { within, backpressure, limits, onFailure } = this.#options;
    const file = new LogFile({
      within,
      folder: this.#folderOf(process),
      run: this.#run,
      order: () => this.#runOrder(),
      backpressure,
      limits,
      begunBefore: this.#begun.get(process) ?? 0,
      onFailure: (failure) => onFailure(process, failure),
    });
    return { file, ring: new LogRing(process, this.#numbers) };
  }
}
