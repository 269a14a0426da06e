import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The control socket of the pod whose run the file of options belongs to (`.sidecarctl/runs/<run>/files/<process>/options`).
 * `null`: there is none, because the pod has been started by the library, or found no place for a socket.
 */
export const podSocket = (optionsFile: string): string | null => {
  const run = dirname(dirname(dirname(optionsFile)));
  const pods = join(dirname(dirname(run)), 'pods');
  for (const record of recordsIn(pods)) {
    const { runId, socket } = record as { readonly runId?: unknown; readonly socket?: unknown };
    if (runId === basename(run) && typeof socket === 'string' && socket !== '') return socket;
  }
  return null;
};

const recordsIn = (folder: string): readonly object[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => recordIn(join(folder, name)));
  } catch {
    return [];
  }
};

/** A record of another pod may be written at this moment. */
const recordIn = (file: string): readonly object[] => {
  try {
    const record: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof record === 'object' && record !== null ? [record] : [];
  } catch {
    return [];
  }
};
