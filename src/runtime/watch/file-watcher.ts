import { type Stats, statSync } from 'node:fs';
import { type FSWatcher, watch } from 'chokidar';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { holdYoungGeneration } from '../young-generation.ts';

interface FileWatcherOptions {
  /** Absolute files and folders; what is not there yet is waited for. */
  readonly roots: readonly string[];
  readonly ignores: (path: string, isFolder: boolean) => boolean;
  /** Interval at which the files are checked, or null to be notified by the kernel. */
  readonly polling: Milliseconds | null;
  /** Called with the absolute path of a file that was created, deleted or written. */
  readonly onChange: (path: string) => void;
  /** Called if it cannot see all files, or none at all. */
  readonly onFailure: (failure: WatchFailure) => void;
}

interface WatchFailure {
  /**
   * `ENOSPC`: the kernel's limit of watches; `EMFILE`: the limit of open files or of watchers; `BACKSLASH`: chokidar
   * takes one for the end of a folder's name, and `message` is the path.
   */
  readonly code: string;
  readonly message: string;
}

/** Notices changes of files. It reports one failure, not one for each file. */
export class FileWatcher {
  /** Resolves when the existing files have been read: changes from then on are noticed. */
  readonly ready: Promise<void>;
  readonly #watcher: FSWatcher;
  #hasFailed = false;

  constructor({ roots, ignores, polling, onChange, onFailure }: FileWatcherOptions) {
    const unwatchable = roots.find((root) => process.platform !== 'win32' && root.includes('\\'));
    if (unwatchable !== undefined) onFailure({ code: 'BACKSLASH', message: unwatchable });
    // Reading ten thousand files leaves 7 MB behind, but creates enough garbage for the young generation to grow by 30
    // MB.
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

/** A link counts as its target: package managers link a workspace's package to its folder. */
const isFolder = (path: string, stats: Stats): boolean => {
  if (!stats.isSymbolicLink()) return stats.isDirectory();
  try {
    return statSync(path).isDirectory();
  } catch {
    // It leads nowhere, or in a cycle.
    return false;
  }
};
