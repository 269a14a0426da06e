import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { presenceOf } from '../process-tree/process-identity.ts';
import { recordIn } from './pod-record.ts';

/** A socket is bound a moment before it listens: a young one may be under construction. */
const YOUNG_MS = 60_000;
const OURS = /^([0-9a-f]{8}-\d+)\.(?:sock|json|json\.tmp)$/;
const ENDINGS = ['sock', 'json', 'json.tmp'];

/** Removes the sockets that killed supervisors have left in a folder of this user, and the records beside them. */
export const removeDeadSockets = async (folder: string): Promise<void> => {
  const names = new Set((await readdir(folder)).flatMap((entry) => OURS.exec(entry)?.[1] ?? []));
  for (const name of names) {
    const files = ENDINGS.map((ending) => join(folder, `${name}.${ending}`));
    const found = await Promise.all(files.map((file) => stat(file).catch(() => null)));
    const isYoung = found.some((entry) => entry !== null && Date.now() - entry.mtimeMs < YOUNG_MS);
    if (isYoung || !(await isDead(join(folder, name)))) continue;
    for (const file of files) await rm(file, { force: true });
  }
};

/**
 * Checks the socket itself: the pid in its name may belong to another container. If the socket has gone, the record has
 * its owner: a supervisor whose socket was deleted is alive, and creates it again.
 */
const isDead = async (path: string): Promise<boolean> => {
  const code = await refusal(`${path}.sock`);
  if (code !== 'ENOENT') return code === 'ECONNREFUSED';
  const records = [recordIn(`${path}.json`), recordIn(`${path}.json.tmp`)].filter(
    (record) => record !== null,
  );
  return records.length > 0 && records.every((record) => presenceOf(record) === 'gone');
};

/** Code of the error, or null if somebody listens. */
const refusal = (socket: string): Promise<string | null> =>
  new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(null);
    });
    connection.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? ''));
  });
