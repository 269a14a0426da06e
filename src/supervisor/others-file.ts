import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { MOST_BYTES, readBounded } from '../config/load/read-bounded.ts';

const EXTENSIONS = ['.yaml', '.yml', '.json'];

/** Every manifest has both fields, in YAML or JSON, also within a list. */
const MANIFEST = [/^[\s{-]*["']?apiVersion["']?\s*:/m, /["']?kind["']?\s*:/];
/** In YAML at the top, where nothing is indented; in JSON anywhere. */
const COMPOSE = /^["']?(?:services|include)["']?\s*:|"(?:services|include)"\s*:/m;

/**
 * Returns the text of a file that may be a Kubernetes manifest or a Compose file, or null. It only looks: the code that
 * reads these is loaded for files of this kind alone, and a config of ours starts as fast as ever.
 */
export const textOfOthers = (file: string): string | null => {
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
