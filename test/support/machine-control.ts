import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { eventually } from './deadline.ts';
import type { Project } from './project.ts';

/** Asks itself by HTTP every 50 ms, as a probe does, and notes when. */
const CONTROL = `
import { appendFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
const server = createServer((_, response) => {
  appendFileSync('control.txt', Date.now() + '\\n');
  response.end();
}).listen(0, '127.0.0.1', ask);
function ask() {
  const at = Date.now();
  get({ port: server.address().port, host: '127.0.0.1', agent: false }, (response) => {
    response.resume();
    response.on('end', () => setTimeout(ask, Math.max(0, at + 50 - Date.now())));
  });
}
`;

/** How late the machine lets a process be that nothing holds up. */
export class MachineControl implements AsyncDisposable {
  readonly file = 'control.txt';
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(project: Project): Promise<MachineControl> {
    await project.write('control.mjs', CONTROL);
    const child = spawn(process.execPath, ['control.mjs'], { cwd: project.folder, stdio: 'ignore' });
    const control = new MachineControl(child);
    const asks = async () => (await timesIn(project.path(control.file))).length > 0;
    await eventually('the control to ask', asks);
    return control;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}

/** Times in milliseconds since the epoch, one in each line of a file that may not be there yet. */
export const timesIn = async (path: string): Promise<readonly number[]> => {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
};

export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Milliseconds between the times after `from`. */
export const gapsAfter = (from: number, times: readonly number[]): readonly number[] => {
  const later = times.filter((at) => at > from);
  return later.slice(1).map((at, index) => at - (later[index] ?? at));
};
