import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

export const GIT_IGNORE = '.gitignore';

/** Git's ignore rules: the `.gitignore` files from the top of the repository down to a path. */
export class GitIgnore {
  readonly #top: string;
  readonly #rules = new Map<string, Ignore | null>();

  /** `folder` is absolute: the watched files are there, in a repository or outside one. */
  constructor(folder: string) {
    this.#top = repositoryOf(folder);
  }

  /** `path` is absolute; a path outside the repository is not ignored. */
  ignores(path: string, isFolder: boolean): boolean {
    const inside = relative(this.#top, path);
    if (inside === '' || inside.startsWith('..')) return false;
    const steps = inside.split(sep);
    // A file in an ignored folder is ignored, and git allows no rule below to include it again.
    return steps.some((_, index) => {
      const below = steps.slice(0, index + 1);
      return this.#names(below, isFolder || index < steps.length - 1);
    });
  }

  /** Absolute paths of the files whose rules apply to a folder; they need not exist. */
  filesAbove(folder: string): readonly string[] {
    const inside = relative(this.#top, folder);
    if (inside.startsWith('..')) return [];
    const steps = inside === '' ? [] : inside.split(sep);
    return [[], ...steps.map((_, index) => steps.slice(0, index + 1))].map((below) =>
      join(this.#top, ...below, GIT_IGNORE),
    );
  }

  /** One of the files has changed: they are read again when needed. */
  forget(): void {
    this.#rules.clear();
  }

  /** The nearest file with a matching rule decides. */
  #names(steps: readonly string[], isFolder: boolean): boolean {
    for (let depth = steps.length - 1; depth >= 0; depth--) {
      const rules = this.#rulesOf(join(this.#top, ...steps.slice(0, depth)));
      if (rules === null) continue;
      const { ignored, unignored } = rules.test(steps.slice(depth).join('/') + (isFolder ? '/' : ''));
      if (ignored || unignored) return ignored;
    }
    return false;
  }

  #rulesOf(folder: string): Ignore | null {
    const known = this.#rules.get(folder);
    if (known !== undefined) return known;
    const rules = readRules(join(folder, GIT_IGNORE));
    this.#rules.set(folder, rules);
    return rules;
  }
}

const readRules = (file: string): Ignore | null => {
  try {
    return ignore().add(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
};

/** Next folder above with a `.git`, or the folder itself. */
const repositoryOf = (folder: string): string => {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return folder;
  }
};
