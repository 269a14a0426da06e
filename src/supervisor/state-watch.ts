import { type FSWatcher, watch } from 'node:fs';
import type { Milliseconds } from '../model/vocabulary.ts';
import { now, Timers } from '../time/timers.ts';

interface WatchOptions {
  /** Absolute; those that are not there are left out. */
  readonly folders: () => readonly string[];
  readonly isWhole: () => boolean;
  /** Never rejects. */
  readonly restore: () => Promise<void>;
}

/** Whoever deletes a folder takes one file after the other, and what is made meanwhile would be in their way. */
const SETTLES: Milliseconds = 500;
/** The folder of sockets is shared with other pods, which may come and go without a pause. */
const SETTLES_AT_MOST: Milliseconds = 2_000;

/**
 * Notices when what a running pod has on disk is deleted by others (`git clean`, a cleaner of temporary files), and has
 * it made anew. It costs nothing while nobody touches the folders.
 */
export class StateWatch {
  readonly #options: WatchOptions;
  readonly #timers = new Timers<'settled'>();
  #watchers: readonly FSWatcher[] = [];
  #isClosed = false;
  /** When the first change came that has not been looked at. */
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
