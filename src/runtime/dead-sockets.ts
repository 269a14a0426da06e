import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

/** A socket is bound a moment before it listens: a young one may be just being made. */
const YOUNG_MS = 60_000;
const OURS = /^([0-9a-f]{8}-\d+)\.(?:sock|json)$/;

/** Removes the sockets that supervisors which were killed have left in a folder of ours, and the records beside them. */
export const removeDeadSockets = async (folder: string): Promise<void> => {
  const names = new Set((await readdir(folder)).flatMap((entry) => OURS.exec(entry)?.[1] ?? []));
  for (const name of names) {
    const files = ['sock', 'json'].map((ending) => join(folder, `${name}.${ending}`));
    const found = await Promise.all(files.map((file) => stat(file).catch(() => null)));
    const isYoung = found.some((entry) => entry !== null && Date.now() - entry.mtimeMs < YOUNG_MS);
    if (isYoung || !(await isDead(join(folder, `${name}.sock`)))) continue;
    for (const file of files) await rm(file, { force: true });
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
