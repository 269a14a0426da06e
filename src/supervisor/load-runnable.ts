import { statSync } from 'node:fs';
import { extname, relative, resolve } from 'node:path';
import type { ConfigModules } from '../config/load/config-modules.ts';
import { MOST_BYTES, readBounded } from '../config/load/read-bounded.ts';
import type { LoadedConfig } from '../config/resolve/loaded-config.ts';
import type { ConfigFailure, Result } from '../model/failures/config-problem.ts';
import type { ConfigOrigin } from './preparation.ts';

type FileOrigin = Extract<ConfigOrigin, { readonly kind: 'file' }>;

/**
 * Loads a Kubernetes manifest or a Compose file. Returns null for a file of any other kind, and if none is named: only
 * configs are searched for.
 */
export const loadRunnable = async (
  { folder, file, locals }: FileOrigin,
  modules: ConfigModules,
): Promise<Result<LoadedConfig> | null> => {
  const path = file === null ? null : resolve(folder, file);
  const text = path === null ? null : likelyText(path);
  if (path === null || text === null) return null;
  // Loaded for such files alone: a config starts as fast as ever.
  const { readRunnable } = await import('../exchange/running/read-runnable.ts');
  modules.add(path);
  const onRead = (read: string): void => modules.add(read);
  const canMount = locals.size > 0 && (await canMountAlone());
  return readRunnable({ file: path, text, env: process.env, locals, cwd: folder, canMount, onRead });
};

/** True if a process can have mounts at paths that this machine does not have. */
const canMountAlone = async (): Promise<boolean> => {
  if (process.platform !== 'linux') return false;
  const { findNamespaces } = await import('../runtime/isolation/find-namespaces.ts');
  return (await findNamespaces({ pids: false, mounts: true, newPoints: true })).ok;
};

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Every manifest has both fields, in YAML or JSON, also within a list. */
const MANIFEST = [/^[\s{-]*["']?apiVersion["']?\s*:/m, /["']?kind["']?\s*:/];
/** In YAML at the top, where nothing is indented; in JSON anywhere. */
const COMPOSE = /^["']?(?:services|include)["']?\s*:|"(?:services|include)"\s*:/m;

/** Returns the text of a file that may be a manifest or a Compose file. It only looks, and parses nothing. */
const likelyText = (file: string): string | null => {
  if (!EXTENSIONS.includes(extname(file))) return null;
  try {
    if (statSync(file).size > MOST_BYTES) return null;
    const text = readBounded(file).replace(/^\uFEFF/, '');
    return MANIFEST.every((field) => field.test(text)) || COMPOSE.test(text) ? text : null;
  } catch {
    // Whoever reads it next says why it cannot be read.
    return null;
  }
};

/** A file that `init` reads has only mistakes as a config. */
export const withFormat = async (
  failure: ConfigFailure,
  { folder, file }: FileOrigin,
): Promise<ConfigFailure> => {
  if (file === null) return failure;
  const { formatOf } = await import('../exchange/running/format-of.ts');
  const path = resolve(folder, file);
  const format = formatOf(path);
  const from = relative(process.cwd(), path);
  return format === null ? failure : { ...failure, problems: [{ kind: 'other-format', format, from }] };
};
