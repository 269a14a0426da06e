import { join } from 'node:path';
import type { Source } from '../format.ts';
import { readManifest } from './manifest.ts';

/** The command that starts the app of a package, or null for a folder without one. */
export const packageScript = (source: Source, folder: string): string | null => {
  const file = join(source.folder, folder, 'package.json');
  const content = source.machine.read(file);
  if (content === null) return null;
  const { primary, runner } = readManifest({
    ...source,
    file,
    folder: join(source.folder, folder),
    text: content,
  });
  return primary === null ? null : `${runner} ${primary}`;
};
