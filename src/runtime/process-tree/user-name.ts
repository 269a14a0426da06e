import { readFileSync } from 'node:fs';

const PASSWD = '/etc/passwd';

/** The effective user of a process, by name where it has one, else by number; null: the process has gone. */
export const readUser = (pid: number): string | null => {
  const [, uid] = /^Uid:\s+\d+\s+(\d+)/m.exec(readText(`/proc/${pid}/status`)) ?? [];
  return uid === undefined ? null : (nameOf(uid) ?? uid);
};

/** A user's name, or the number where there is no name for it. */
export const userName = (uid: number): string => nameOf(`${uid}`) ?? `user ${uid}`;

/** Only what the file lists: users from a directory service are told by their number. */
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
