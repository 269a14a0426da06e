// This file imports nothing: it is part of the entry, which every Node from 14 on must be able to load.

/** What a start loads, and what keeps its compiled code for the next ones. */
export interface StartCode {
  /** Runs a file of `chunks` once, and returns its exports. In place of a name, a function imports the module itself. */
  load<T>(code: (() => Promise<T>) | string): Promise<T>;
  /**
   * Keeps what V8 has compiled until now of files whose code was not kept yet, and after a long run also of those that
   * only short ones have kept. What cannot be written is compiled again.
   */
  keep(run: 'short' | 'long'): void;
}

/** Some versions of this package, with five files each. */
const MOST_FILES = 25;
const isKeptFile = (name: string): boolean => name.includes('.cjs-v');
/** Before the code are its checksum, and 1 if a long run kept it. */
const HEAD_BYTES = 8;
/** As rolldown.config.ts has it. */
const SHARED_AS = 'sidecarctl.scripts';
/** Returns what a file exports; undefined for one in another folder, such as another version's. */
type Shared = (folder: string, file: string) => unknown;
const WORDS_IN_SECTOR = 128;

/**
 * Of one word in each sector: enough to see that a page was never written when the machine went down. Node's function for a
 * sum of all bytes is in a module that takes 2 ms to load.
 */
const checksumOf = ({ buffer, byteOffset, length }: Buffer): number => {
  const words = new Int32Array(buffer, byteOffset, Math.floor(length / 4));
  let sum = length;
  for (let at = 0; at < words.length; at += WORDS_IN_SECTOR)
    sum = (Math.imul(sum, 31) + (words[at] || 0)) | 0;
  return sum >>> 0;
};

/**
 * Runs the code of a start with what V8 compiled of it before. Node's own cache has what V8 compiles when it reads a file,
 * which is no function: each start compiled 900 functions when they were first called, in a third of its time. This cache
 * is written by a process that has run, and so it has the functions.
 *
 * The files are modules of CommonJS. The modules beside them, for whoever imports them otherwise, ask the global function of
 * this symbol first, and so export the same objects.
 *
 * V8 runs a damaged cache as it is, so that each file has a checksum. The folder must be one that only this user can
 * change; null: nothing is kept.
 */
export const startCode = (cache: string | null): StartCode => {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const { dirname, join } = process.getBuiltinModule('node:path');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { Script } = process.getBuiltinModule('node:vm');
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'chunks');
  const kept = cache === null || process.env['NODE_DISABLE_COMPILE_CACHE'] ? null : join(cache, 'code');
  /** What may be kept. */
  const compiled: {
    readonly file: string;
    readonly script: InstanceType<typeof Script>;
    readonly isNew: boolean;
  }[] = [];
  const modules = new Map<string, { readonly exports: unknown }>();
  const importChunk = (file: string): Promise<unknown> =>
    import(file.startsWith('./') ? `./chunks/${file.slice(2)}` : file);

  /** The name of a file has a number of its content in it. */
  const keptFile = (file: string): string => `${file}-${process.version}-${process.arch}`;

  const keptCode = (
    into: string,
    file: string,
  ): { readonly data: Buffer; readonly isOfLongRun: boolean } | null => {
    try {
      const bytes = readFileSync(join(into, keptFile(file)));
      const data = bytes.subarray(HEAD_BYTES);
      if (checksumOf(data) !== bytes.readUInt32LE(0)) return null;
      return { data, isOfLongRun: bytes.readUInt32LE(4) === 1 };
    } catch {
      return null;
    }
  };

  const requireChunk = (name: string): unknown => {
    if (name === './import.cjs') return importChunk;
    return name.startsWith('./') ? run(name.slice(2)) : process.getBuiltinModule(name);
  };

  const run = (file: string): unknown => {
    const loaded = modules.get(file);
    if (loaded !== undefined) return loaded.exports;
    const path = join(folder, file);
    const before = kept === null ? null : keptCode(kept, file);
    const source = readFileSync(path, 'latin1');
    const script = new Script(source, {
      filename: path,
      cachedData: before === null ? undefined : before.data,
    });
    const isNew = before === null || script.cachedDataRejected === true;
    if (isNew || !before.isOfLongRun) compiled.push({ file, script, isNew });
    const module = { exports: {} };
    modules.set(file, module);
    script.runInThisContext()(module.exports, requireChunk, module, path, folder);
    return module.exports;
  };

  const shared: Shared = (from, file) => (from === folder ? run(file) : undefined);
  Object.defineProperty(globalThis, Symbol.for(SHARED_AS), { value: shared, configurable: true });

  const write = (into: string, file: string, isLongRun: boolean, data: Buffer): void => {
    const { renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs');
    const path = join(into, keptFile(file));
    const unfinished = `${path}.${process.pid}`;
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(checksumOf(data));
    head.writeUInt32LE(isLongRun ? 1 : 0, 4);
    try {
      writeFileSync(unfinished, Buffer.concat([head, data]), { mode: 0o600, flag: 'wx' });
      renameSync(unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
  };

  const forgetOldest = (into: string): void => {
    const { readdirSync, rmSync, statSync } = process.getBuiltinModule('node:fs');
    const paths = readdirSync(into)
      .filter(isKeptFile)
      .map((name) => join(into, name));
    if (paths.length <= MOST_FILES) return;
    const times = new Map(paths.map((path) => [path, statSync(path).mtimeMs]));
    const newestFirst = paths.sort((one, other) => (times.get(other) || 0) - (times.get(one) || 0));
    for (const path of newestFirst.slice(MOST_FILES)) rmSync(path, { force: true });
  };

  return {
    load: async (code) => (typeof code === 'string' ? run(code) : code()) as never,
    keep: (length) => {
      const isLongRun = length === 'long';
      const scripts = compiled.splice(0).filter(({ isNew }) => isNew || isLongRun);
      if (kept === null || scripts.length === 0) return;
      try {
        const { lstatSync, mkdirSync } = process.getBuiltinModule('node:fs');
        mkdirSync(kept, { recursive: true, mode: 0o700 });
        // Nothing is replaced or deleted through a symlink.
        if (!lstatSync(kept).isDirectory()) return;
        for (const { file, script } of scripts) write(kept, file, isLongRun, script.createCachedData());
        forgetOldest(kept);
      } catch {
        // The disk is full or read-only.
      }
    },
  };
};
