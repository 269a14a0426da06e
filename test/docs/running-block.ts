import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, dirname } from 'node:path';
import { cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import type { Project } from '../support/project.ts';

/**
 * Runs a block as a reader would, in the project's folder `shop` and with its `bin` on the PATH, in a shell of its own
 * group that Ctrl-C can be sent to.
 */
export class RunningBlock {
  readonly child: ChildProcess;
  output = '';
  #wake: () => void = () => undefined;

  constructor(project: Project, script: string) {
    const env = cleanEnvironment();
    const node = dirname(process.execPath);
    const path = [project.path('bin'), node, env['PATH']].join(delimiter);
    this.child = spawn('sh', ['-e', '-c', script], {
      cwd: project.path('shop'),
      // The CA of this user stays out of it.
      env: { ...env, PATH: path, XDG_DATA_HOME: project.path('.data') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#wake();
      });
    }
  }

  async shows(texts: readonly string[]): Promise<void> {
    const wait = async (): Promise<void> => {
      while (!texts.every((text) => this.output.includes(text))) {
        await new Promise<void>((wake) => {
          this.#wake = wake;
        });
      }
    };
    await withDeadline(`the output ${texts.join(', ')}`, wait(), () => this.output);
  }

  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), 'SIGINT');
  }

  async exitCode(): Promise<number | null> {
    const [code] = (await withDeadline('the block to end', once(this.child, 'close'), () => this.output)) as [
      number,
    ];
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    process.kill(-(this.child.pid ?? 0), 'SIGTERM');
    await closed;
  }
}
