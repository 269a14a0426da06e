import { readFileSync } from 'node:fs';

const LISTENS = '0A';

/**
 * True if something listens on a TCP port in the network of this process, or if the system does not tell, as where the
 * engine is in a virtual machine.
 */
export const listensInside = (pid: number, port: number): boolean => {
  const tables = ['tcp', 'tcp6'].map((table) => read(`/proc/${pid}/net/${table}`));
  if (tables.every((table) => table === null)) return true;
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return tables.some((table) => table?.split('\n').some((line) => isListener(line, hex)) === true);
};

/** `sl local_address rem_address st …`, with addresses in hexadecimal. */
const isListener = (line: string, port: string): boolean => {
  const [, local = '', , state] = line.trim().split(/\s+/);
  return state === LISTENS && local.endsWith(`:${port}`);
};

const read = (path: string): string | null => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
};
