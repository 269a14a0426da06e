import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
} from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A file as it is to be. */
export interface NewFile {
  /** Name in the folder. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Permission bits. */
  readonly perms: number;
}

/** Files that are written and not in place yet. */
export interface Prepared {
  /** Absolute path of the folder with them, under their names. */
  readonly path: string;
  /** Names of files whose content has changed, or that there were none of. */
  readonly changed: readonly string[];
  /** Those of them that were there before. */
  readonly replaced: readonly string[];
}

const DATA = '..data';
const DATA_NEXT = '..data_tmp';

/** `..2026_11_30_06_25_00.conf-x1y2z3`: as a kubelet names it, and whose it is. */
const OWNED = /^\.\.\d{4}(?:_\d\d){5}\.(.+)-[a-z0-9]{6}$/;

/**
 * The files of one folder in the layout of a kubelet: each is a symlink through `..data` into a folder with a time in
 * its name, so that one rename replaces all of them at once. Everything else in the folder stays as it is.
 */
export class DataFolder {
  readonly #folder: string;
  readonly #owner: string;

  /**
   * @param folder absolute path; it must be there
   * @param owner name of the sidecar, a DNS label
   */
  constructor(folder: string, owner: string) {
    this.#folder = folder;
    this.#owner = owner;
  }

  /** Removes what an earlier launch has left behind. Rejects if the folder is another sidecar's. */
  async open(): Promise<void> {
    const current = await this.#current();
    const owner = OWNED.exec(current ?? '')?.[1];
    if (current !== null && owner !== this.#owner)
      throw new Error(
        `${this.#folder} is kept by ${owner ?? 'another program'}: give this sidecar a folder of its own`,
      );
    await this.#removeSymlink(DATA_NEXT);
    for (const name of await this.replacedFolders()) await this.remove(name);
  }

  /** Names of its folders that are not in place any more. */
  async replacedFolders(): Promise<readonly string[]> {
    const current = await this.#current();
    const names = await readdir(this.#folder);
    return names.filter((name) => OWNED.exec(name)?.[1] === this.#owner && name !== current);
  }

  /** Removes one of them, and follows no symlink. */
  async remove(name: string): Promise<void> {
    const found = await lstat(join(this.#folder, name)).catch(() => null);
    if (found?.isDirectory() === true) await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  /** Names of files that have been rendered, and can be read. */
  async names(): Promise<readonly string[]> {
    if ((await this.#current()) === null) return [];
    return readdir(join(this.#folder, DATA)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
  }

  /** Writes files beside those in place. `null`: everything is as it is to be. */
  async prepare(files: readonly NewFile[]): Promise<Prepared | null> {
    const missing = await this.#missingLinks(files);
    const before = await this.#contents();
    const changed = files.filter(({ name, bytes }) => before.get(name)?.bytes.equals(bytes) !== true);
    const isSame =
      changed.length === 0 &&
      missing.length === 0 &&
      before.size === files.length &&
      files.every(({ name, perms }) => before.get(name)?.perms === perms);
    if (isSame) return null;
    const path = await this.#write(files);
    const names = changed.map(({ name }) => name);
    return { path, changed: names, replaced: names.filter((name) => before.has(name)) };
  }

  /** Puts prepared files in place. Files that are no longer among them go. */
  async swap({ path }: Prepared): Promise<void> {
    const before = await this.names();
    const names = await readdir(path);
    await this.#removeSymlink(DATA_NEXT);
    await symlink(basename(path), join(this.#folder, DATA_NEXT));
    await rename(join(this.#folder, DATA_NEXT), join(this.#folder, DATA));
    for (const name of names) await this.#link(name);
    for (const name of before) if (!names.includes(name)) await this.#unlink(name);
    await syncFolder(this.#folder);
  }

  /** Removes prepared files, unless they are in place. */
  async discard({ path }: Prepared): Promise<void> {
    if ((await this.#current()) !== basename(path)) await rm(path, { recursive: true, force: true });
  }

  /** Removes all its files. */
  async clear(): Promise<void> {
    for (const name of await this.names()) await this.#unlink(name);
    if ((await this.#current()) !== null) await unlink(join(this.#folder, DATA));
    for (const name of await this.replacedFolders()) await this.remove(name);
  }

  /** Target of `..data`; `null`: there is none. */
  async #current(): Promise<string | null> {
    try {
      return await readlink(join(this.#folder, DATA));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return null;
      throw code === 'EINVAL' ? new Error(`${join(this.#folder, DATA)} is no symlink`) : error;
    }
  }

  async #contents(): Promise<ReadonlyMap<string, { readonly bytes: Buffer; readonly perms: number }>> {
    const found = new Map<string, { readonly bytes: Buffer; readonly perms: number }>();
    for (const name of await this.names()) {
      const path = join(this.#folder, DATA, name);
      const { mode } = await lstat(path);
      found.set(name, { bytes: await readFile(path), perms: mode & 0o777 });
    }
    return found;
  }

  /** Names of files that there is no symlink for yet. Rejects if something else is there. */
  async #missingLinks(files: readonly NewFile[]): Promise<readonly string[]> {
    const missing: string[] = [];
    for (const { name } of files) {
      const target = await readlink(join(this.#folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        if (error.code === 'EINVAL') return 'no symlink';
        throw error;
      });
      if (target === null) missing.push(name);
      else if (target !== `${DATA}/${name}`)
        throw new Error(
          `${join(this.#folder, name)} is there already, and was not rendered by this sidecar: remove it, or name another path`,
        );
    }
    return missing;
  }

  async #write(files: readonly NewFile[]): Promise<string> {
    const path = join(this.#folder, `..${timestamp()}.${this.#owner}-${randomText()}`);
    await mkdir(path, { mode: 0o755 });
    try {
      for (const file of files) await writeSynced(join(path, file.name), file);
      await syncFolder(path);
      return path;
    } catch (error) {
      await rm(path, { recursive: true, force: true });
      throw error;
    }
  }

  async #link(name: string): Promise<void> {
    await symlink(`${DATA}/${name}`, join(this.#folder, name)).catch((error: NodeJS.ErrnoException) => {
      // It has been there since the file was first rendered.
      if (error.code !== 'EEXIST') throw error;
    });
  }

  async #unlink(name: string): Promise<void> {
    const at = join(this.#folder, name);
    if ((await readlink(at).catch(() => '')) === `${DATA}/${name}`) await unlink(at);
  }

  async #removeSymlink(name: string): Promise<void> {
    const at = join(this.#folder, name);
    const found = await lstat(at).catch(() => null);
    if (found?.isSymbolicLink() === true) await unlink(at);
  }
}

const writeSynced = async (path: string, { bytes, perms }: NewFile): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    // After the write: a file without permission to be written is written all the same, and no umask counts.
    await file.chmod(perms);
    await file.sync();
  } finally {
    await file.close();
  }
};

/** A rename is on the disk once its folder is. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const timestamp = (): string => new Date().toISOString().slice(0, 19).replaceAll(/[-T:]/g, '_');

const randomText = (): string => Math.random().toString(36).slice(2, 8).padEnd(6, '0');
