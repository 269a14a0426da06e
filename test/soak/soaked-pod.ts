import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';

const WRITER = fileURLToPath(new URL('soak-writer.mjs', import.meta.url));
const AT_ONCE = { restart: { backoff: { initial: '1ms', factor: 1, max: '1ms' } } };

/** One instance of a process, as far as the pod's own report has told of it. */
interface Instance {
  readonly pid: number;
  lines: number;
}

interface Told {
  readonly type: string;
  readonly name?: string;
  readonly state?: string;
  readonly pid?: number;
  readonly line?: string;
}

/** A pod of writers that are killed all the time, and what it reports of them: every line is counted. */
export class SoakedPod {
  readonly project: Project;
  readonly names: readonly string[];
  /** What must not have happened. */
  readonly wrong: string[] = [];
  restarts = 0;
  lines = 0;
  readonly #run: ChildProcess;
  readonly #instances = new Map<string, Instance>();
  readonly #ended: Promise<unknown[]>;
  #complaints = '';

  private constructor(project: Project, names: readonly string[]) {
    this.project = project;
    this.names = names;
    this.#run = spawn(process.execPath, [CLI, 'up', '--ui', 'json'], {
      cwd: project.folder,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#run, 'close');
    this.#run.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    if (this.#run.stdout !== null)
      createInterface({ input: this.#run.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
  }

  static async start(writers: number): Promise<SoakedPod> {
    const names = Array.from({ length: writers }, (_, index) => `writer-${index}`);
    const writer = (name: string) => [name, { command: [process.execPath, WRITER, name], ...AT_ONCE }];
    const sidecars = Object.fromEntries(names.map(writer));
    const project = await Project.create({
      'sidecars.config.mjs': configFile({ sidecars, primary: { command: ['sleep', '100000'] } }),
    });
    const pod = new SoakedPod(project, names);
    for (const name of names) await pod.writes(name);
    return pod;
  }

  pidOf(name: string): number {
    return this.#instances.get(name)?.pid ?? -1;
  }

  /** Waits until a process is there, another than the one given, and has been heard. */
  writes(name: string, other = -1): Promise<void> {
    return eventually(`${name} to write, after ${other}`, () => {
      const instance = this.#instances.get(name);
      return instance !== undefined && instance.pid !== other && instance.lines > 0;
    });
  }

  /** Open descriptors and resident megabytes of the supervisor. */
  measure(): { readonly descriptors: number; readonly megabytes: number } {
    const proc = `/proc/${this.#run.pid}`;
    const status = readFileSync(`${proc}/status`, 'latin1');
    const megabytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
    return { descriptors: readdirSync(`${proc}/fd`).length, megabytes };
  }

  /** The exit code, and what is on stderr, where a leak of listeners would be told of. */
  async stop(): Promise<{ readonly code: unknown; readonly complaints: string }> {
    this.#run.kill('SIGTERM');
    const [code] = await this.#ended;
    return { code, complaints: this.#complaints };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#run.kill('SIGTERM');
    await this.#ended;
    await this.project[Symbol.asyncDispose]();
  }

  #take({ type, name = '', state, pid, line = '' }: Told): void {
    if (type === 'log') return this.#takeLine(name, line);
    if (type !== 'process' || !this.names.includes(name)) return;
    if (state === 'starting' && pid !== undefined) this.#begin(name, pid);
    if (state === 'backoff' || state === 'stopped') this.#end(name);
  }

  #begin(name: string, pid: number): void {
    if (this.#instances.has(name)) this.wrong.push(`${name} was started twice`);
    this.#instances.set(name, { pid, lines: 0 });
  }

  #takeLine(name: string, line: string): void {
    const instance = this.#instances.get(name);
    this.lines += 1;
    const due = `${instance?.lines} ${instance?.pid} `;
    // A last line that was cut off is all that may be short.
    if (instance === undefined || !line.startsWith(due))
      this.wrong.push(`${name}: ${line.slice(0, 20)} in place of ${due}`);
    else instance.lines += 1;
  }

  /** All that it wrote must have been told before its end. */
  #end(name: string): void {
    const instance = this.#instances.get(name);
    this.#instances.delete(name);
    if (instance === undefined) return;
    this.restarts += 1;
    const report = this.project.path(`${name}.${instance.pid}`);
    const written = Number(readFileSync(report, 'latin1'));
    if (instance.lines < written) this.wrong.push(`${name}: ${instance.lines} lines told of ${written}`);
    rmSync(report);
  }
}
