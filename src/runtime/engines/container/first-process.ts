import { readFileSync } from 'node:fs';

/**
 * True if a process of this machine is the first one of a container of the run. An engine on another machine, or in
 * another namespace, tells a pid that is somebody else's here. False also if the system does not tell.
 */
export const isFirstProcess = (pid: number, marker: string): boolean => {
  try {
    const environ = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return environ.split('\0').some((variable) => variable.startsWith(`${marker}=`));
  } catch {
    return false;
  }
};
