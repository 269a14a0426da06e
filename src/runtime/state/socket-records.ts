import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { knownSocketFolders } from './socket-folder.ts';

/**
 * A pod's record is beside its socket as well: git ignores `.sidecarctl`, and `git clean` removes ignored files, even
 * while the pod runs.
 */
const pathFor = (socket: string): string | null =>
  socket.startsWith('/') && socket.endsWith('.sock') ? `${socket.slice(0, -'.sock'.length)}.json` : null;

/** Absolute paths of all files in this user's folders of sockets. Each run has a name of its own. */
export const socketRecordPaths = (): readonly string[] =>
  knownSocketFolders().flatMap((folder) => namesIn(folder).map((name) => join(folder, name)));

export const readSocketRecord = (socket: string): unknown => {
  const path = pathFor(socket);
  return path === null ? undefined : readJson(path);
};

/** Returns true if it is there now. A failed write is acceptable, because there is the other record. */
export const writeSocketRecord = (socket: string, record: object): boolean => {
  const path = pathFor(socket);
  if (path === null) return false;
  try {
    writeFileSync(`${path}.tmp`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
    return true;
  } catch {
    rmSync(`${path}.tmp`, { force: true });
    return false;
  }
};

export const removeSocketRecord = (socket: string): void => {
  const path = pathFor(socket);
  if (path !== null) rmSync(path, { force: true });
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{8}-\d+\.json$/.test(name));
  } catch {
    return [];
  }
};

/** Parsed content, or undefined if it is not JSON. */
export const readJson = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};
