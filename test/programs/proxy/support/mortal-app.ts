import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '../../../support/free-port.ts';

const PROGRAM = `
require('node:http')
  .createServer((request, response) => response.end('hello, world'))
  .listen(Number(process.argv[1]), '127.0.0.1', () => process.stdout.write('listening'));
`;

/** An app on a port that stays the same, whose process can be killed at any moment. */
export class MortalApp {
  readonly port: number;
  #child: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
  }

  static async start(): Promise<MortalApp> {
    const port = await freePort();
    return new MortalApp(port, await launch(port));
  }

  /** As what it runs under would start it again at once. */
  async killAndRestart(): Promise<void> {
    await this.stop();
    this.#child = await launch(this.port);
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}

const launch = async (port: number): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', PROGRAM, `${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
};
