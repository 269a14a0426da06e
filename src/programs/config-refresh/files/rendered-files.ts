import { basename, join, posix } from 'node:path';
import { after } from '../../../time/timers.ts';
import type { FileOptions } from '../options.ts';
import { DataFolder, type NewFile, type Prepared } from './data-folder.ts';
import { folderWithin } from './folder-within.ts';

/** A file with its new content. */
export interface Rendered {
  readonly file: FileOptions;
  readonly text: string;
}

interface RenderedFilesOptions {
  readonly files: readonly FileOptions[];
  /** Name of the sidecar. */
  readonly owner: string;
  /** Rejects if a new file must not take the place of the old one. `path` is where it is now. */
  readonly check: (file: FileOptions, path: string) => Promise<void>;
}

/** Changes that are about to be put in place. */
export interface Changes {
  /** Paths of the files that have another content, or are new. */
  readonly changed: readonly string[];
  /** Those of them that were there before. */
  readonly replaced: readonly string[];
  /** Puts them in place, folder by folder. */
  readonly swap: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

/** A reader that has found its way to an old folder opens its file within microseconds, also on a busy machine. */
const OLD_STAYS_FOR = 5_000;

/** So many old folders at most, however often something changes. */
const MOST_OLD = 16;

interface Place {
  readonly folder: DataFolder;
  readonly files: readonly FileOptions[];
}

/** All files of a sidecar, by the folders that they are in. */
export class RenderedFiles {
  readonly #options: RenderedFilesOptions;
  #places: readonly Place[] | null = null;
  /** What removes old folders, oldest first. */
  readonly #old = new Map<string, () => Promise<void>>();

  constructor(options: RenderedFilesOptions) {
    this.#options = options;
  }

  /** Whether each file is there from an earlier launch. */
  async areThere(): Promise<boolean> {
    for (const { folder, files } of await this.#open()) {
      const names = await folder.names();
      if (!files.every(({ path }) => names.includes(basename(path)))) return false;
    }
    return true;
  }

  /** Writes and checks new contents. `null`: there is nothing to change. Rejects if something fails, and nothing is left. */
  async prepare(rendered: readonly Rendered[]): Promise<Changes | null> {
    const prepared: [Place, Prepared][] = [];
    const discard = async (): Promise<void> => {
      for (const [{ folder }, one] of prepared) await folder.discard(one);
    };
    try {
      for (const place of await this.#open()) {
        const one = await place.folder.prepare(newFilesIn(place, rendered));
        if (one !== null) prepared.push([place, one]);
      }
      for (const [place, one] of prepared) await this.#check(place, one);
    } catch (error) {
      await discard();
      throw error;
    }
    const pathsOf = (which: 'changed' | 'replaced'): readonly string[] =>
      prepared.flatMap(([place, one]) =>
        place.files.map(({ path }) => path).filter((path) => one[which].includes(basename(path))),
      );
    return prepared.length === 0
      ? null
      : {
          changed: pathsOf('changed'),
          replaced: pathsOf('replaced'),
          swap: async () => {
            for (const [{ folder }, one] of prepared) await this.#swap(folder, one);
          },
          discard,
        };
  }

  /** Removes old folders. */
  async close(): Promise<void> {
    for (const remove of [...this.#old.values()]) await remove();
  }

  /** Removes the files that others do not have. */
  async clearAllBut(others: readonly FileOptions[]): Promise<void> {
    const kept = new Set(others.map(placeOf));
    for (const { folder, files } of await this.#open())
      if (!files.some((file) => kept.has(placeOf(file)))) await folder.clear();
  }

  async #open(): Promise<readonly Place[]> {
    if (this.#places !== null) return this.#places;
    const byPlace = new Map<string, FileOptions[]>();
    for (const file of this.#options.files)
      byPlace.set(placeOf(file), [...(byPlace.get(placeOf(file)) ?? []), file]);
    const places: Place[] = [];
    for (const files of byPlace.values()) places.push(await this.#openPlace(files));
    this.#places = places;
    return places;
  }

  async #openPlace(files: readonly FileOptions[]): Promise<Place> {
    const [{ volume, path } = { volume: '', path: '' }] = files;
    const at = await folderWithin(volume, path.split('/').slice(0, -1));
    const folder = new DataFolder(at, this.#options.owner);
    await folder.open();
    return { folder, files };
  }

  async #check({ files }: Place, { path: folder }: Prepared): Promise<void> {
    for (const file of files) await this.#options.check(file, join(folder, basename(file.path)));
  }

  async #swap(folder: DataFolder, prepared: Prepared): Promise<void> {
    await folder.swap(prepared);
    for (const name of await folder.replacedFolders()) this.#removeLater(folder, name);
  }

  #removeLater(folder: DataFolder, name: string): void {
    if (this.#old.has(name)) return;
    const remove = async (): Promise<void> => {
      cancel();
      this.#old.delete(name);
      await folder.remove(name).catch(() => undefined);
    };
    const cancel = after(OLD_STAYS_FOR, () => void remove(), { ref: false });
    this.#old.set(name, remove);
    const [oldest] = this.#old.values();
    if (this.#old.size > MOST_OLD) void oldest?.();
  }
}

const placeOf = ({ volume, path }: FileOptions): string => posix.join(volume, posix.dirname(path));

const newFilesIn = ({ files }: Place, rendered: readonly Rendered[]): readonly NewFile[] =>
  files.map((file) => ({
    name: basename(file.path),
    bytes: Buffer.from(rendered.find((each) => each.file === file)?.text ?? ''),
    perms: file.perms,
  }));
