import { write } from 'node:fs';

/** The supervisor reads lines of 4 KiB at most. */
const LONGEST = 4_000;

/**
 * Tells the supervisor which files have another content. It restarts the processes that read them, or sends them their
 * signals, as the config says. Rejects while it cannot be told.
 */
export const tellPod = async (files: readonly string[]): Promise<void> => {
  const descriptor = Number(process.env['NOTIFY_FD']);
  if (!Number.isInteger(descriptor)) return;
  for (const part of parts(files))
    await writeLine(descriptor, `X_SIDECARCTL_REFRESHED=${JSON.stringify(part)}\n`);
};

const writeLine = (descriptor: number, line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    write(descriptor, line, (error) => {
      if (error === null) resolve();
      else reject(new Error(`sidecarctl cannot be told: ${error.message}`));
    });
  });

/** Lists that fit in a line. */
const parts = (files: readonly string[]): readonly (readonly string[])[] => {
  const found: string[][] = [[]];
  let length = 0;
  for (const file of files) {
    length += JSON.stringify(file).length + 1;
    if (length > LONGEST) {
      found.push([]);
      length = 0;
    }
    found.at(-1)?.push(file);
  }
  return found;
};
