import { closeSync, constants, openSync } from 'node:fs';

/** What cleans up after a supervisor, held open: it is still there when the package or Node has been removed meanwhile. */
export interface CleanupFiles {
  /** Descriptor of the Node that runs this process. */
  readonly node: number;
  /** Descriptor of the built clean-up, an ES module. */
  readonly script: number;
  close(): void;
}

/** Enough to start it, where it may be started but not read. */
const O_PATH = 0o10000000;

/** `script`: absolute. Where one cannot be opened, the shell of the guard cleans up alone. */
export const holdCleanup = (script: string): CleanupFiles => {
  const files = [open(process.execPath, O_PATH), open(script, constants.O_RDONLY)] as const;
  return {
    node: files[0],
    script: files[1],
    close: () => {
      for (const fd of files) closeSync(fd);
    },
  };
};

const open = (path: string, flags: number): number => {
  try {
    return openSync(path, flags);
  } catch {
    return openSync('/dev/null', constants.O_RDONLY);
  }
};
