import { type FSWatcher, watch } from 'node:fs';
import type { Milliseconds } from '../model/vocabulary.ts';
import { now, Timers } from '../time/timers.ts';

interface WatchOptions {
  /** Absolute paths; missing folders are skipped. */
  readonly folders: () => readonly string[];
  readonly isWhole: () => boolean;
  /** Restores what was deleted; never rejects. */
  readonly restore: () => Promise<void>;
}

/** Deleting a folder takes one file after the other, and new files in between would disturb it. */
const SETTLES: Milliseconds = 500;
/** Other pods share the folder of sockets, and may come and go without a pause. */
const SETTLES_AT_MOST: Milliseconds = 2_000;

/**
 * Notices when others delete a running pod's files (`git clean`, a cleaner of temporary files), and restores them. It
 * costs nothing while nobody touches the folders.
 */
export class StateWatch {
  readonly #options: WatchOptions;
  readonly #timers = new Timers<'settled'>();
  #watchers: readonly FSWatcher[] = [];
  #isClosed = false;
  /** Time of the first change that has not been checked. */
  #since: Milliseconds | null = null;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#watch();
  }

  close(): void {
    this.#isClosed = true;
    this.#timers.disarmAll();
    for (const watcher of this.#watchers) watcher.close();
  }

  #watch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = this.#options.folders().flatMap((folder) => this.#watcherOf(folder));
  }

  #watcherOf(folder: string): readonly FSWatcher[] {
    try {
      const watcher = watch(folder, { persistent: false }, (event) => {
        // 'change' means that a file was written to.
        if (event === 'rename') this.#soon();
      });
      watcher.on('error', () => this.#soon());
      return [watcher];
    } catch {
      // The folder is missing, or the system has no watches left: then a loss is not noticed.
      return [];
    }
  }

  #soon(): void {
    if (this.#isClosed) return;
    this.#since ??= now();
    const at = Math.min(now() + SETTLES, this.#since + SETTLES_AT_MOST);
    this.#timers.arm('settled', at, () => void this.#look());
  }

  async #look(): Promise<void> {
    this.#since = null;
    if (this.#options.isWhole()) return;
    await this.#options.restore();
    if (!this.#isClosed) this.#watch();
  }
}
