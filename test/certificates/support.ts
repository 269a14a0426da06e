import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Project } from '../support/project.ts';

export const DAY = 24 * 60 * 60 * 1000;

/** A user's data folder with nothing in it. */
export class DataFolder {
  readonly project: Project;

  private constructor(project: Project) {
    this.project = project;
  }

  static async create(): Promise<DataFolder> {
    return new DataFolder(await Project.create());
  }

  /** The folder of the certificates. */
  get folder(): string {
    return this.project.path('sidecarctl');
  }

  path(...names: readonly string[]): string {
    return this.project.path('sidecarctl', ...names);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.project[Symbol.asyncDispose]();
  }
}

/** What a program has printed on both streams; it does not matter how it ended. */
export const outputOf = async (
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  within = 60_000,
): Promise<string> => {
  const run = promisify(execFile)(file, args, { env: { ...process.env, ...env }, timeout: within });
  // Some wait for what is typed.
  run.child.stdin?.end();
  const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => error);
  return `${stdout}${stderr}`;
};
