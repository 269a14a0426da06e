import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** A socket is bound a moment before it listens: a young one may be just being made. */
const YOUNG_MS = 60_000;

/** Removes the sockets that supervisors which were killed have left in a folder of ours. */
export const removeDeadSockets = async (folder: string): Promise<void> => {
  const names = (await readdir(folder)).filter((name) => /^[0-9a-f]{8}-\d+\.sock$/.test(name));
  for (const name of names) {
    const path = join(folder, name);
    const entry = await stat(path).catch(() => null);
    if (entry === null || Date.now() - entry.mtimeMs < YOUNG_MS) continue;
    if (await isDead(path)) await rm(path, { force: true });
  }
};

/** Asked at the socket itself: the pid in its name may be one of another container. */
const isDead = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
