import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** True if a process has one of these sockets open; `unreadable` if this user may not inspect it. */
export const holdsSocket = (pid: number, inodes: ReadonlySet<string>): boolean | 'unreadable' => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(socketAt(`/proc/${pid}/fd/${fd}`)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'unreadable' : false;
  }
};

/** Inodes of all sockets that a process has open. */
export const socketsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((fd) => socketAt(`/proc/${pid}/fd/${fd}`))
      .filter((inode) => inode !== '');
  } catch {
    return [];
  }
};

/** Inode of the socket behind a descriptor, or '' for anything else. */
const socketAt = (path: string): string => {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? '';
  } catch {
    return '';
  }
};

/** Command line as it was typed, or the name of a process without arguments. */
export const commandOfPid = (pid: number): string => {
  const line = textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  return line === '' ? nameOfPid(pid) : line;
};

export const nameOfPid = (pid: number): string => textOf(`/proc/${pid}/comm`).trim();

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
