import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** sun_path has 108 bytes on Linux and 104 on macOS, its final NUL among them. */
const LONGEST_PATH = 103;

const isWindows = process.platform === 'win32';

/** Where a run's control socket is; nothing is made yet. */
export const socketPathOf = (runId: string): string => {
  const name = `${runId}-${process.pid}`;
  if (isWindows) return `\\\\.\\pipe\\sidecarctl-${name}`;
  const paths = candidateFolders().map((folder) => join(folder, `${name}.sock`));
  return (
    paths.find((path) => Buffer.byteLength(path) <= LONGEST_PATH) ?? join('/tmp', ownName(), `${name}.sock`)
  );
};

/** Makes the folder of a socket for this user alone; throws where it is somebody else's, or no folder. */
export const makeSocketFolder = (folder: string): void => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const entry = lstatSync(folder);
  if (!entry.isDirectory()) throw new Error(`${folder} is not a folder`);
  if (entry.uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  if ((entry.mode & 0o077) !== 0) chmodSync(folder, 0o700);
};

/** Whether what is there can only have been put there by this user. */
export const isOwnSocket = (path: string): boolean => {
  if (isWindows) return true;
  const entry = lstatSync(path, { throwIfNoEntry: false });
  return entry?.isSocket() === true && entry.uid === process.getuid?.();
};

const candidateFolders = (): string[] => {
  const { XDG_RUNTIME_DIR } = process.env;
  const runtime = XDG_RUNTIME_DIR?.startsWith('/') === true && isOwnFolder(XDG_RUNTIME_DIR);
  return [...(runtime ? [join(XDG_RUNTIME_DIR, 'sidecarctl')] : []), join(tmpdir(), ownName())];
};

const isOwnFolder = (path: string): boolean => {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  return entry?.isDirectory() === true && entry.uid === process.getuid?.();
};

const ownName = (): string => `sidecarctl-${process.getuid?.() ?? 0}`;
