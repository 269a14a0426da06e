import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const IN_CI = process.env['CI'] !== undefined && process.env['CI'] !== '';

/** Whether a test can have this program. In CI it has to: there a test without its program runs, and fails. */
export const isInstalled = (program: string): boolean =>
  IN_CI ||
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
