import { type Stats, statSync } from 'node:fs';
import { type FSWatcher, watch } from 'chokidar';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { holdYoungGeneration } from '../young-generation.ts';

interface FileWatcherOptions {
  /** Absolute files and folders; what is not there yet is waited for. */
  readonly roots: readonly string[];
  readonly ignores: (path: string, isFolder: boolean) => boolean;
  /** Looks this often; null: is told by the kernel. */
  readonly polling: Milliseconds | null;
  /** A file has come, gone, or been written. Absolute. */
  readonly onChange: (path: string) => void;
  /** It cannot see all that it should, or nothing at all. */
  readonly onFailure: (failure: WatchFailure) => void;
}

interface WatchFailure {
  /**
   * `ENOSPC`: the kernel's limit of watches; `EMFILE`: that of open files or of watchers; `BACKSLASH`: chokidar takes one
   * for the end of a folder's name, and `message` is the path.
   */
  readonly code: string;
  readonly message: string;
}

/** Sees files change. One failure is told, not one for each file. */
export class FileWatcher {
  /** Resolves when what is there has been taken in: changes from then on are seen. */
  readonly ready: Promise<void>;
  readonly #watcher: FSWatcher;
  #hasFailed = false;

  constructor({ roots, ignores, polling, onChange, onFailure }: FileWatcherOptions) {
    const unwatchable = roots.find((root) => process.platform !== 'win32' && root.includes('\\'));
    if (unwatchable !== undefined) onFailure({ code: 'BACKSLASH', message: unwatchable });
    // Taking in ten thousand files leaves 7 MB behind, but litters enough for the space for new objects to grow by 30 MB.
    const release = holdYoungGeneration();
    this.#watcher = watch([...new Set(roots)], {
      ignoreInitial: true,
      ignored: (path, stats) => stats !== undefined && ignores(path, isFolder(path, stats)),
      ignorePermissionErrors: true,
      ...(polling === null
        ? { backend: 'auto' }
        : { backend: 'polling', pollingInterval: polling, pollingBinaryInterval: polling }),
    });
    for (const event of ['add', 'change', 'unlink'] as const)
      this.#watcher.on(event, (path) => onChange(path));
    this.#watcher.on('error', (error) => {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      const { code = '', message } = error as NodeJS.ErrnoException;
      onFailure({ code, message });
    });
    this.ready = new Promise<void>((resolve) => this.#watcher.once('ready', resolve)).then(release);
  }

  close(): Promise<void> {
    return this.#watcher.close();
  }
}

/** A link is what it leads to: package managers make a package of a workspace a link to its folder. */
const isFolder = (path: string, stats: Stats): boolean => {
  if (!stats.isSymbolicLink()) return stats.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    // It leads nowhere, or round in a circle.
    return false;
  }
};
