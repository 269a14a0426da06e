import { posix } from 'node:path';
import { SymbolicText } from '../../../config/resolve/symbolic/symbols.ts';

/**
 * A path of this machine as it is in a Compose file: one in the config's folder is relative to the file.
 *
 * @example
 * pathHere(new SymbolicText([{ is: 'folder' }, '/web']), '..') // '../web'
 */
export const pathHere = (path: unknown, folder: string): string => {
  if (!(path instanceof SymbolicText)) return String(path).replaceAll('$', () => '$$');
  const [first, ...rest] = path.parts;
  const isWithin = typeof first === 'object' && first.is === 'folder';
  const written = rest
    .map(String)
    .join('')
    .replaceAll('$', () => '$$');
  return isWithin ? writtenHere(`./${written}`, folder) : `${String(first)}${written}`;
};

/**
 * A path as the config has it, from its folder or absolute.
 *
 * @example
 * writtenHere('web', '..') // '../web'
 */
export const writtenHere = (path: string, folder: string): string =>
  path.startsWith('/') ? path : dotted(posix.join(folder, path));

/** Compose takes a name without a dot for a volume's. */
const dotted = (path: string): string =>
  (/^(\.\.?(\/|$)|\/)/.test(path) ? path : `./${path}`).replace(/(?<=.)\/$/, '');
