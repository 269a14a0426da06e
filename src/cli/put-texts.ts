import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { errorMessage } from '../model/error-message.ts';
import { write } from './print.ts';
import { warn } from './warn.ts';

/** A text, and the name of its file in a folder. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * Writes texts to stdout (`null`), to a file, or each to a file of its own in a folder. Several in one place are documents
 * of YAML. Returns false, and says why, if they cannot be written.
 */
export const putTexts = (texts: readonly NamedText[], output: string | null): boolean => {
  const together = texts.map(({ text }) => text).join('---\n');
  if (output === null) {
    write(together);
    return true;
  }
  try {
    if (!isFolder(output)) writeFileSync(output, together);
    else {
      mkdirSync(output, { recursive: true });
      for (const { name, text } of texts) writeFileSync(join(output, name), text);
    }
    return true;
  } catch (error) {
    warn(`${output} could not be written: ${errorMessage(error)}`);
    return false;
  }
};

/** Absolute path of the folder in which texts are written. */
export const folderOf = (output: string): string => resolve(isFolder(output) ? output : dirname(output));

const isFolder = (path: string): boolean =>
  path.endsWith('/') || (existsSync(path) && statSync(path).isDirectory());
