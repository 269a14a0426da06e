import { existsSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

export type Koffi = typeof import('koffi')['default'];

/** Only loading shows which of the two it is. */
const FLAVOURS = ['linux', 'musl'];

/**
 * Loads koffi, which calls the C library without compiled code of our own; null if it is not installed, because it is
 * an optional dependency.
 *
 * Its own loader takes 5 to 20 ms of every start, by importing five modules and reading Node's program headers. The
 * compiled part alone takes 2 ms, and is all that is used here.
 */
export const loadKoffi = (): Koffi | null => {
  if (loaded === undefined) {
    const folder = findKoffi();
    loaded = folder === null ? null : (loadCompiled(folder) ?? loadPackage(folder));
  }
  return loaded;
};

let loaded: Koffi | null | undefined;

/** Searches upwards from this file, as Node looks for a package. */
const findKoffi = (): string | null => {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const koffi = join(folder, 'node_modules/koffi');
    if (existsSync(koffi)) return ownOnly(koffi);
    if (folder === dirname(folder)) return null;
  }
};

/**
 * The compiled code must belong to a trusted user: anybody may put a folder of that name above one in a shared folder.
 */
const ownOnly = (path: string): string | null => {
  try {
    // The native call is faster: Node's own looks at each level from JavaScript.
    const koffi = realpathSync.native(path);
    const owners = [0, process.geteuid?.(), statSync(import.meta.dirname).uid];
    return owners.includes(statSync(koffi).uid) ? koffi : null;
  } catch {
    return null;
  }
};

const loadCompiled = (koffi: string): Koffi | null => {
  const { arch, platform } = process;
  for (const flavour of FLAVOURS) {
    const file = join(koffi, `../@koromix/koffi-${platform}-${arch}/${flavour}_${arch}/koffi.node`);
    const loaded = { exports: {} };
    try {
      process.dlopen(loaded, file, constants.dlopen.RTLD_LAZY);
      return loaded.exports as Koffi;
    } catch {
      // The file is missing, or is for the other C library.
    }
  }
  return null;
};

const loadPackage = (koffi: string): Koffi | null => {
  try {
    return createRequire(import.meta.url)(koffi).default as Koffi;
  } catch {
    return null;
  }
};
