import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of a user's, made for one test and removed after it. */
export class Project {
  readonly folder: string;
  #written = 0;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<Project> {
    const project = new Project(await realpath(await mkdtemp(join(tmpdir(), 'sidecarctl-test-'))));
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    return project;
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  /** At once: whoever waits for the file never finds it empty. */
  async write(path: string, text: string, mode = 0o644): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    this.#written += 1;
    // Outside the folder, in which a test may watch or count what comes.
    const whole = `${this.folder}.${this.#written}`;
    await writeFile(whole, text, { mode });
    await rename(whole, this.path(path));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A guard may still be tidying up in it.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A config file whose object is given as data; functions are written as they are in the test. */
export const configFile = (config: object): string =>
  `import { defineConfig } from 'sidecarctl';\nexport default defineConfig(${toSource(config)});\n`;

const toSource = (value: unknown): string => {
  if (typeof value === 'function') return value.toString();
  if (value instanceof RegExp) return value.toString();
  if (Array.isArray(value)) return `[${value.map(toSource).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, field]) => `${JSON.stringify(key)}: ${toSource(field)}`);
  return `{ ${fields.join(', ')} }`;
};
