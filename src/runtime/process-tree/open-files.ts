import { fstatSync, readdirSync, type Stats, statSync } from 'node:fs';

/** What file a descriptor of this process is, whoever else has it open. */
export const describeFile = (fd: number): string => describe(fstatSync(fd));

/** All that a process has open; none of one that has gone, or may not be looked into. */
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
    // Closed meanwhile.
    return [];
  }
};

const describe = ({ dev, ino }: Stats): string => `${dev}:${ino}`;
