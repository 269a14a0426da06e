import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { cleanEnvironment } from '../support/command-line.ts';
import type { Project } from '../support/project.ts';
import { wallClock } from './measure.ts';

/**
 * Runs a shell line that moves so many bytes. Returns megabytes a second, from the first start that its processes note
 * (in files `started-*`, in milliseconds) to the end of the line.
 */
export const timed = async (project: Project, line: string, bytes: number): Promise<number> => {
  const shell = spawn('sh', ['-c', line], { cwd: project.folder, env: cleanEnvironment(), stdio: 'inherit' });
  const [code] = await once(shell, 'exit');
  if (code !== 0) throw new Error(`${line} exited with ${code}`);
  const ended = wallClock();
  const files = (await readdir(project.folder)).filter((file) => file.startsWith('started-'));
  const started = await Promise.all(files.map((file) => readFile(project.path(file), 'utf8')));
  return bytes / 1e3 / (ended - Math.min(...started.map(Number)));
};
