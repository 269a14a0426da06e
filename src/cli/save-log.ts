import { closeSync, constants, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HeldFolder } from '../files/held-folder.ts';
import { stateFolderPath } from '../runtime/state/state-folder.ts';

const { O_WRONLY, O_CREAT, O_EXCL } = constants;

/** Saves logs in `.sidecarctl/saved`, which git ignores, and returns the path of each. */
export const savingBeside =
  (configFile: string) =>
  (name: string, bytes: Buffer): string => {
    const folder = dirname(configFile);
    const path = join(stateFolderPath(folder), 'saved');
    using saved = HeldFolder.open(folder, path, { make: true });
    const file = saved.openFile(name, O_WRONLY | O_CREAT | O_EXCL);
    try {
      writeFileSync(file, bytes);
    } finally {
      closeSync(file);
    }
    return join(path, name);
  };
