import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** sun_path has 108 bytes on Linux and 104 on macOS, including its final NUL. */
const LONGEST_PATH = 103;

const isWindows = process.platform === 'win32';

/** The host's facts that decide where sockets are. */
export interface Surroundings {
  /** Value of XDG_RUNTIME_DIR. */
  readonly runtimeDir: string | undefined;
  /** Absolute paths of temporary folders, the user's own choice first. */
  readonly temporary: readonly string[];
  readonly uid: number;
}

const surroundings = (): Surroundings => ({
  runtimeDir: process.env['XDG_RUNTIME_DIR'],
  temporary: [...new Set([tmpdir(), '/tmp'])],
  uid: process.getuid?.() ?? 0,
});

/**
 * Paths for a run's control socket, the best first; their folders exist and are this user's alone. There are several
 * because some file systems cannot hold sockets; none if no folder is available.
 */
export const socketPathsOf = (runId: string, around: Surroundings = surroundings()): readonly string[] => {
  const name = `${runId}-${process.pid}`;
  if (isWindows) return [`\\\\.\\pipe\\sidecarctl-${name}`];
  const paths = fixedFolders(around).map((folder) => join(folder, `${name}.sock`));
  const usable = paths.filter((path) => isShort(path) && canUse(dirname(path), around));
  if (usable.length > 0) return usable;
  const spare = spareFolders(around)[0] ?? makeSpareFolder(around);
  return spare === null ? [] : [join(spare, `${name}.sock`)];
};

/** Folders in which there may be sockets of this user's pods, with any environment. */
export const knownSocketFolders = (around: Surroundings = surroundings()): readonly string[] => {
  const fixed = fixedFolders(around);
  const taken = fixed.some((folder) => isTaken(folder, around));
  return [...fixed.filter((folder) => isOwnFolder(folder, around)), ...(taken ? spareFolders(around) : [])];
};

/** Removes a fallback folder for sockets if it is empty. */
export const leaveSocketFolder = (folder: string): void => {
  if (!/^sidecarctl-\d+-/.test(basename(folder))) return;
  try {
    rmdirSync(folder);
  } catch {
    // Another pod has its socket there.
  }
};

/** True if only this user can have put it there. */
export const isOwnSocket = (path: string): boolean => {
  if (isWindows) return true;
  const entry = lstatSync(path, { throwIfNoEntry: false });
  return entry?.isSocket() === true && entry.uid === process.getuid?.();
};

/** Some shells have XDG_RUNTIME_DIR and some have not, such as those of cron and sudo. */
const fixedFolders = (around: Surroundings): readonly string[] => {
  const { runtimeDir, temporary, uid } = around;
  const given = runtimeDir?.startsWith('/') === true && isOwnFolder(runtimeDir, around) ? [runtimeDir] : [];
  const usual = `/run/user/${uid}`;
  return [
    ...given.map((folder) => join(folder, 'sidecarctl')),
    ...temporary.map((folder) => join(folder, `sidecarctl-${uid}`)),
    ...(isOwnFolder(usual, around) && !given.includes(usual) ? [join(usual, 'sidecarctl')] : []),
  ];
};

/** Used if others have taken the fixed names. */
const spareFolders = (around: Surroundings): readonly string[] =>
  around.temporary.flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => entry.startsWith(sparePrefix(around)))
      .map((entry) => join(folder, entry))
      .filter((path) => isOwnFolder(path, around)),
  );

const makeSpareFolder = (around: Surroundings): string | null => {
  for (const folder of around.temporary.filter((one) => Buffer.byteLength(one) < LONGEST_PATH / 2)) {
    try {
      return mkdtempSync(join(folder, sparePrefix(around)));
    } catch {
      // The folder is missing or not writable: the next one is tried.
    }
  }
  return null;
};

const sparePrefix = ({ uid }: Surroundings): string => `sidecarctl-${uid}-`;

const isShort = (path: string): boolean => Buffer.byteLength(path) <= LONGEST_PATH;

/**
 * Creates the folder for this user alone; returns false if it belongs to somebody else, is not a folder, or is not
 * writable.
 */
const canUse = (folder: string, around: Surroundings): boolean => {
  try {
    // Its parent must exist: if it were created here, it would not be cleaned with the other temporary files.
    if (look(folder) === undefined) mkdirSync(folder, { mode: 0o700 });
    if (!isOwnFolder(folder, around)) return false;
    if ((lstatSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const isOwnFolder = (path: string, { uid }: Surroundings): boolean => {
  const entry = look(path);
  return entry?.isDirectory() === true && entry.uid === uid;
};

const isTaken = (path: string, around: Surroundings): boolean =>
  look(path) !== undefined && !isOwnFolder(path, around);

const look = (path: string): ReturnType<typeof lstatSync> => {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};

const entriesOf = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};
