import { once } from 'node:events';
import { closeSync, lstatSync, mkdtempSync, openSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMaybeAlive, ownIdentity } from '../process-tree/process-identity.ts';

/**
 * Creates FIFOs by mkfifo(1), which takes about 4 ms, and opens them; their names are removed again. Returns null if
 * they cannot be created.
 *
 * @param mode mode of each, whatever the umask is
 * @param flags flags to open them with
 */
export const makeNamedFifos = async (
  count: number,
  mode: number,
  flags: number,
): Promise<readonly number[] | null> => {
  if (process.platform !== 'linux') return null;
  const names = Array.from({ length: count }, (_, index) => `${index}`);
  const opened: number[] = [];
  const folder = makeFolder();
  if (folder === null) return null;
  try {
    if (!(await makeFifos(folder, names, mode))) return null;
    for (const name of names) opened.push(openSync(join(folder, name), flags));
    return opened;
  } catch {
    for (const fd of opened) closeSync(fd);
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const makeFifos = async (folder: string, names: readonly string[], mode: number): Promise<boolean> => {
  if (names.length === 0) return true;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn('mkfifo', ['-m', mode.toString(8), ...names], { cwd: folder, stdio: 'ignore' });
  const [code] = await once(child, 'exit');
  return code === 0;
};

const makeFolder = (): string | null => {
  try {
    const { pid, startTime } = ownIdentity();
    return mkdtempSync(join(tmpdir(), `${ownPrefix()}${pid}-${startTime}-`));
  } catch {
    return null;
  }
};

/** Pids mean nothing in another namespace, which may share the temporary folder. */
const ownPrefix = (): string => {
  const [namespace] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
  return `sidecarctl-fifos-${namespace}-`;
};

/** Removes FIFOs of supervisors that were killed in those 4 ms. */
export const removeStaleFifos = (): void => {
  const prefix = ownPrefix();
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const [pid, startTime] = name.slice(prefix.length).split('-').map(Number);
    if (isMaybeAlive({ ...ownIdentity(), pid: pid ?? 0, startTime: startTime ?? 0 })) continue;
    const path = join(tmpdir(), name);
    if (lstatSync(path).uid === process.geteuid?.()) rmSync(path, { recursive: true, force: true });
  }
};
