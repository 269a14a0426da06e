import { type FSWatcher, watch } from 'node:fs';
import { join } from 'node:path';

/** A change in a folder. */
export interface Told {
  /** Absolute. */
  readonly path: string;
  /** A name has come or gone. */
  readonly isName: boolean;
}

/** The system allows so many to a user for all programs together that some are left for others. */
const MOST_FOLDERS = 512;

/** Has the system tell of changes in folders. */
export class FolderWatches {
  readonly #tell: (told: Told) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #isComplete = true;

  constructor(tell: (told: Told) => void) {
    this.#tell = tell;
  }

  /** The system tells of changes in all of them. */
  get isComplete(): boolean {
    return this.#isComplete && this.#watchers.size > 0;
  }

  watch(folders: readonly string[]): void {
    const wanted = new Set(folders.slice(0, MOST_FOLDERS));
    for (const [folder, watcher] of this.#watchers) {
      if (wanted.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    this.#isComplete = folders.length <= MOST_FOLDERS;
    for (const folder of wanted) if (!this.#watchers.has(folder)) this.#begin(folder);
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  /** A folder that cannot be watched is looked at instead. */
  #begin(folder: string): void {
    try {
      const watcher = watch(folder, { persistent: false }, (event, name) => {
        if (name !== null) this.#tell({ path: join(folder, name), isName: event === 'rename' });
      });
      watcher.on('error', () => this.#lose(folder));
      this.#watchers.set(folder, watcher);
    } catch {
      this.#isComplete = false;
    }
  }

  #lose(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    this.#isComplete = false;
  }
}
