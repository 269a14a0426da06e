import { type FSWatcher, watch } from 'node:fs';
import type { Milliseconds } from '../model/words.ts';
import { now, Timers } from '../runtime/timers.ts';

interface WatchOptions {
  /** Absolute; those that are not there are left out. */
  readonly folders: () => readonly string[];
  readonly isWhole: () => boolean;
  /** Never rejects. */
  readonly restore: () => Promise<void>;
}

/** Whoever deletes a folder takes one file after the other, and what is made meanwhile would be in their way. */
const SETTLES: Milliseconds = 500;

/**
 * Notices when what a running pod has on disk is deleted by others (`git clean`, a cleaner of temporary files), and has
 * it made anew. It costs nothing while nobody touches the folders.
 */
export class StateWatch {
  readonly #options: WatchOptions;
  readonly #timers = new Timers<'settled'>();
  #watchers: readonly FSWatcher[] = [];
  #isClosed = false;

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
        // 'change' is a file that was written to.
        if (event === 'rename') this.#soon();
      });
      watcher.on('error', () => this.#soon());
      return [watcher];
    } catch {
      // Not there, or the system has no watches left: what is lost is then not noticed.
      return [];
    }
  }

  #soon(): void {
    if (!this.#isClosed) this.#timers.arm('settled', now() + SETTLES, () => void this.#look());
  }

  async #look(): Promise<void> {
    if (this.#options.isWhole()) return;
    await this.#options.restore();
    if (!this.#isClosed) this.#watch();
  }
}
