import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, relative, sep } from 'node:path';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;

/**
 * A folder of sidecarctl that was reached without following a symlink. Every operation happens in that very folder,
 * wherever its path leads by then: a descriptor keeps it open, and each name is looked up from there.
 *
 * On a platform without /proc, every operation checks the whole path again, which leaves an attacker the time between
 * the check and the operation.
 *
 * @example
 * using logs = HeldFolder.open('/home/me/shop', '/home/me/shop/.sidecarctl/logs', { make: true });
 * logs.replace('index.json', '{}');
 */
export class HeldFolder {
  /** Absolute path, for messages. */
  readonly path: string;
  readonly #within: string;
  /** The open folder, or null if a descriptor cannot be used to reach a folder. */
  readonly #fd: number | null;

  private constructor(within: string, path: string, fd: number | null) {
    this.#within = within;
    this.path = path;
    this.#fd = fd;
  }

  /**
   * Opens a folder. `within` is absolute and is not checked; everything below it, down to `path`, must be a real
   * folder. With `make`, missing folders are created for this user alone. Throws the file system's error, ENOTDIR for a
   * symlink.
   */
  static open(within: string, path: string, { make = false } = {}): HeldFolder {
    const names = namesBelow(within, path);
    if (!canHold()) {
      walk(within, names, make);
      return new HeldFolder(within, path, null);
    }
    return new HeldFolder(within, path, hold(within, names, make));
  }

  /** Path of an entry. It leads into this very folder until the folder is closed. */
  at(name: string): string {
    checkName(name);
    if (this.#fd !== null) return name === '.' ? throughFd(this.#fd) : `${throughFd(this.#fd)}/${name}`;
    walk(this.#within, namesBelow(this.#within, this.path), false);
    return join(this.path, name);
  }

  list(): string[] {
    return this.#told(() => readdirSync(this.at('.')));
  }

  /** Returns the stats of an entry, without following a symlink, or null if there is none. */
  look(name: string): Stats | null {
    return this.#told(() => lstatSync(this.at(name), { throwIfNoEntry: false }) ?? null);
  }

  read(name: string): string {
    const fd = this.openFile(name, O_RDONLY | constants.O_NONBLOCK);
    try {
      return readFileSync(fd, 'utf8');
    } finally {
      closeSync(fd);
    }
  }

  /** Opens a file and returns its descriptor. A symlink fails with ELOOP, and new files are for this user alone. */
  openFile(name: string, flags: number): number {
    return this.#told(() => openSync(this.at(name), flags | O_NOFOLLOW, 0o600));
  }

  /** Creates a file; throws EEXIST if the name is taken. */
  create(name: string, content: string): void {
    this.#told(() => writeFileSync(this.at(name), content, { flag: 'wx', mode: 0o600 }));
  }

  /** Creates a file with permission bits that no umask changes. */
  createWithMode(name: string, content: string, mode: number): void {
    const fd = this.openFile(name, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL);
    try {
      fchmodSync(fd, mode);
      writeFileSync(fd, content);
    } finally {
      closeSync(fd);
    }
  }

  /**
   * Replaces a file. Readers see the old content or the new, never a part. A symlink of that name is replaced and not
   * followed. `mode` null: for this user alone.
   */
  replace(name: string, content: string, mode: number | null = null): void {
    const temporary = temporaryName(name);
    try {
      this.remove(temporary);
      if (mode === null) this.create(temporary, content);
      else this.createWithMode(temporary, content, mode);
      this.rename(temporary, name);
    } catch (error) {
      this.remove(temporary);
      throw error;
    }
  }

  /** Writes into a file that is there: whoever has it open or mounted sees the new content. */
  overwrite(name: string, content: string, mode: number): void {
    const fd = this.openFile(name, constants.O_WRONLY);
    try {
      fchmodSync(fd, mode);
      ftruncateSync(fd);
      writeFileSync(fd, content);
    } finally {
      closeSync(fd);
    }
  }

  rename(from: string, to: string): void {
    this.#told(() => renameSync(this.at(from), this.at(to)));
  }

  /** Gives a file a second name; returns false if that name is taken. */
  link(from: string, to: string): boolean {
    return this.#told(() => isDone('EEXIST', () => linkSync(this.at(from), this.at(to))));
  }

  makeFolder(name: string): void {
    this.#told(() => mkdirSync(this.at(name), { mode: 0o700 }));
  }

  /** Removes a file, or a symlink itself. A missing file is no error. */
  remove(name: string): void {
    this.#told(() => isDone('ENOENT', () => unlinkSync(this.at(name))));
  }

  removeEmptyFolder(name: string): void {
    this.#told(() => rmdirSync(this.at(name)));
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Replaces the path through the descriptor in an error by the path that people know. */
  #told<T>(act: () => T): T {
    try {
      return act();
    } catch (error) {
      if (this.#fd !== null) putName(error as NodeJS.ErrnoException, throughFd(this.#fd), this.path);
      throw error;
    }
  }
}

/** A name has at most 255 bytes. */
const LONGEST_START = 230;

/** Name of the new file that `replace` writes; the pid in it keeps two processes apart. */
const temporaryName = (name: string): string => `${name.slice(0, LONGEST_START)}.${process.pid}.tmp`;

let canHoldFolders: boolean | undefined;

const canHold = (): boolean => {
  canHoldFolders ??= process.platform === 'linux' && existsSync('/proc/self/fd');
  return canHoldFolders;
};

const throughFd = (fd: number): string => `/proc/self/fd/${fd}`;

const namesBelow = (within: string, path: string): readonly string[] => {
  const plain = plainlyBelow(within, path);
  if (plain !== null) return plain;
  const below = relative(within, path);
  const names = below === '' ? [] : below.split(sep);
  if (names.includes('..') || below.startsWith(sep)) throw new Error(`${path} is not within ${within}`);
  return names;
};

/** Returns the names in the path below `within`, or null when it has to be resolved, which takes about 20 µs. */
const plainlyBelow = (within: string, path: string): readonly string[] | null => {
  if (!path.startsWith(`${within}/`)) return null;
  const names = path.slice(within.length + 1).split('/');
  return names.some((name) => name === '' || name === '.' || name === '..') ? null : names;
};

const checkName = (name: string): void => {
  if (name === '' || name === '..' || name.includes(sep)) throw new Error(`${name} is no entry of a folder`);
};

const hold = (within: string, names: readonly string[], make: boolean): number => {
  let fd = openSync(within, O_RDONLY | O_DIRECTORY);
  for (const [at, name] of names.entries()) {
    const next = `${throughFd(fd)}/${name}`;
    try {
      fd = replacing(fd, openReal(next, make));
    } catch (error) {
      closeSync(fd);
      throw unreal(error as NodeJS.ErrnoException, next, join(within, ...names.slice(0, at + 1)));
    }
  }
  return fd;
};

/**
 * The folder exists most of the time, so it is opened before it is created: an error takes longer than all the rest.
 */
const openReal = (path: string, make: boolean): number => {
  const open = (): number => openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    return open();
  } catch (error) {
    if (!make || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    isDone('EEXIST', () => mkdirSync(path, { mode: 0o700 }));
    return open();
  }
};

const replacing = (old: number, next: number): number => {
  closeSync(old);
  return next;
};

const walk = (within: string, names: readonly string[], make: boolean): void => {
  let path = within;
  for (const name of names) {
    path = join(path, name);
    if (make) isDone('EEXIST', () => mkdirSync(path, { mode: 0o700 }));
    if (!lstatSync(path).isDirectory()) throw notAFolder(path);
  }
};

const unreal = (error: NodeJS.ErrnoException, shown: string, path: string): Error => {
  if (error.code === 'ELOOP' || error.code === 'ENOTDIR') return notAFolder(path);
  putName(error, shown, path);
  return error;
};

/** The error that a system call would report. */
const notAFolder = (path: string): NodeJS.ErrnoException => {
  const message = `ENOTDIR: ${path} is ${whatElse(path)}`;
  return Object.assign(new Error(message), { code: 'ENOTDIR', syscall: 'open', path });
};

const whatElse = (path: string): string => {
  try {
    return `a symlink to ${readlinkSync(path)}`;
  } catch {
    return 'not a folder';
  }
};

const putName = (error: NodeJS.ErrnoException, shown: string, path: string): void => {
  error.message = error.message.replaceAll(shown, path);
  if (error.path !== undefined) error.path = error.path.replaceAll(shown, path);
};

/** Runs an operation; returns false if it fails with exactly that code. */
const isDone = (code: string, act: () => void): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== code) throw error;
    return false;
  }
};
