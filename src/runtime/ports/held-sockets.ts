import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Whether a process has one of these sockets open; `unreadable`: it is not this user's to look into. */
export const holdsSocket = (pid: number, inodes: ReadonlySet<string>): boolean | 'unreadable' => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.has(socketAt(`/proc/${pid}/fd/${fd}`)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'unreadable' : false;
  }
};

/** The inodes of all sockets that a process has open. */
export const socketsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`)
      .map((fd) => socketAt(`/proc/${pid}/fd/${fd}`))
      .filter((inode) => inode !== '');
  } catch {
    return [];
  }
};

/** The inode of the socket behind a descriptor; '' for anything else. */
const socketAt = (path: string): string => {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(path))?.[1] ?? '';
  } catch {
    return '';
  }
};

/** As it was typed; of a process without arguments of its own its name. */
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
