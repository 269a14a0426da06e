import { fstatSync, readdirSync, type Stats, statSync } from 'node:fs';

/** Identifies the file behind a descriptor of this process, whoever else has it open. */
export const describeFile = (fd: number): string => describe(fstatSync(fd));

/** Files that a process has open; empty if it has gone, or may not be inspected. */
export const filesOf = (pid: number): readonly string[] => {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((fd) => describePath(`${folder}/${fd}`));
  } catch {
    return [];
  }
};

const describePath = (path: string): readonly string[] => {
  try {
    return [describe(statSync(path))];
  } catch {
    // It was closed meanwhile.
    return [];
  }
};

const describe = ({ dev, ino }: Stats): string => `${dev}:${ino}`;
