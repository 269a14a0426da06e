import { closeSync, constants, openSync } from 'node:fs';

/** Open descriptors of the clean-up program: it is still available if the package or Node is removed meanwhile. */
export interface CleanupFiles {
  /** Descriptor of the Node that runs this process. */
  readonly node: number;
  /** Descriptor of the built clean-up program, an ES module. */
  readonly script: number;
  close(): void;
}

/** Enough to start a file that may be executed but not read. */
const O_PATH = 0o10000000;

/** `script` is absolute. If one cannot be opened, the guard's shell cleans up alone. */
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
