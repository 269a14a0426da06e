import { CommandLine } from '../../support/command-line.ts';
import { configFile, Project } from '../../support/project.ts';

/** What does nothing, in Node: what a program of Node costs at least. */
export const BARE: readonly string[] = [process.execPath, '-e', 'setInterval(() => undefined, 1e6)'];

interface Place {
  readonly pid: number;
  readonly ports: Readonly<Record<string, number>>;
}

/** A pod that the built command runs, so that its programs have Node's arguments from their presets. */
export class BenchPod implements AsyncDisposable {
  readonly #project: Project;
  readonly #run: CommandLine;
  readonly #places: ReadonlyMap<string, Place>;

  private constructor(project: Project, run: CommandLine, places: ReadonlyMap<string, Place>) {
    this.#project = project;
    this.#run = run;
    this.#places = places;
  }

  /** Resolves once the processes with these names are ready. */
  static async start(
    config: object,
    names: readonly string[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<BenchPod> {
    const project = await Project.create({ ...files, 'sidecars.config.mjs': configFile(config) });
    const run = new CommandLine(['up', '--ui', 'json'], project.folder);
    const places = new Map<string, Place>();
    for (const name of names) places.set(name, (await run.state(name, 'ready')) as unknown as Place);
    return new BenchPod(project, run, places);
  }

  get supervisor(): number {
    return this.#run.pid;
  }

  pid(name: string): number {
    return this.#place(name).pid;
  }

  port(name: string, port: string): number {
    const found = this.#place(name).ports[port];
    if (found === undefined) throw new Error(`${name} has no port ${port}`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run[Symbol.asyncDispose]();
    await this.#project[Symbol.asyncDispose]();
  }

  #place(name: string): Place {
    const found = this.#places.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }
}
