import { readFileSync } from 'node:fs';

const PASSWD = '/etc/passwd';

/** Effective user of a process, by name if it has one, else by number; null if the process has gone. */
export const readUser = (pid: number): string | null => {
  const [, uid] = /^Uid:\s+\d+\s+(\d+)/m.exec(readText(`/proc/${pid}/status`)) ?? [];
  return uid === undefined ? null : (nameOf(uid) ?? uid);
};

/** Name of a user, or the number if there is no name. */
export const userName = (uid: number): string => nameOf(`${uid}`) ?? `user ${uid}`;

/** Only users in the file have names here: those of a directory service are shown by number. */
const nameOf = (uid: string): string | null => {
  const lines = readText(PASSWD).split('\n');
  const entry = lines.map((line) => line.split(':')).find((fields) => fields[2] === uid);
  return entry?.[0] ?? null;
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
