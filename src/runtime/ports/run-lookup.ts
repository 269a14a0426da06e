import { execFile } from 'node:child_process';

/** What a system tool prints; empty when it is missing, fails or takes more than 2 s. */
export const runLookup = (file: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve) => {
    // A tool that is missing, and one that found nothing and says so by its exit code, have told nothing: no error.
    execFile(file, args, { timeout: 2000, windowsHide: true }, (_error, stdout) => resolve(stdout));
  });
