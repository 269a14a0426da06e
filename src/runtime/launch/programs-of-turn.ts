import { findProgram } from './program-search.ts';

type Found = ReturnType<typeof findProgram>;

/**
 * Programs that were found in this turn of the event loop. The launches of a pod's start come one after the other and
 * mostly run the same few programs; each search looks into up to a dozen folders, which took a sixth of a launch.
 */
export class ProgramsOfTurn {
  readonly #found = new Map<string, Found>();

  /** Searches as `findProgram` does. */
  find(file: string, cwd: string, env: Readonly<Record<string, string>>): Found {
    const search = `${file}\0${cwd}\0${env['PATH']}\0${env['PATHEXT']}`;
    const found = this.#found.get(search) ?? findProgram(file, cwd, env);
    if (this.#found.size === 0) setImmediate(() => this.#found.clear());
    this.#found.set(search, found);
    return found;
  }
}
