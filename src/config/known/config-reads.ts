import { readFileSync, realpathSync, statSync } from 'node:fs';
import type { CertificatePlaces } from '../../model/certificate-places.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Characters. A larger config takes longer to be compared than a start may save. */
const LARGEST = 1_000_000;

export interface SourceText {
  /** Absolute path without symlinks. */
  readonly path: string;
  readonly text: string;
}

/** A variable that was set for the processes of an app, or for those that all share. Its value was not looked at. */
export interface SetVariable {
  readonly app: string | null;
  readonly name: string;
}

/**
 * Notes what a config is made from while it is read: files, and the surroundings of its ready-made sidecars. It keeps no
 * value of a variable, which may be a secret.
 */
export class ConfigReads {
  readonly #links = new Map<string, string>();
  readonly #sources = new Map<string, Source>();
  readonly #variables = new Map<string, SetVariable>();
  #certificates: CertificatePlaces | null = null;
  #isComparable = true;
  #length = 0;

  /** Each path of a file as the config names it, and the same without symlinks. */
  get links(): ReadonlyArray<readonly [path: string, real: string]> {
    return [...this.#links];
  }

  /** The files. Null: one has changed since it was read, or something was read that cannot be compared later. */
  get sources(): readonly SourceText[] | null {
    const sources = [...this.#sources.values()];
    return this.#isComparable && sources.every(isAsBefore)
      ? sources.map(({ path, text }) => ({ path, text }))
      : null;
  }

  get variables(): readonly SetVariable[] {
    return [...this.#variables.values()];
  }

  /** Where the user's certificates are, for a config with ready-made sidecars. */
  get certificates(): CertificatePlaces | null {
    return this.#certificates;
  }

  /** False: something was read that cannot be compared later. */
  get isComparable(): boolean {
    return this.#isComparable;
  }

  /** Something was read that cannot be compared later. */
  incomparable(): void {
    this.#isComparable = false;
  }

  /** A file that is read next, by its absolute path. */
  file(path: string): void {
    if (this.#links.has(path) || !this.#isComparable) return;
    const source = sourceAt(path);
    this.#length += source?.text.length ?? 0;
    if (source === null || this.#length > LARGEST) return this.incomparable();
    this.#links.set(path, source.path);
    if (!this.#sources.has(source.path)) this.#sources.set(source.path, source);
  }

  places(certificates: CertificatePlaces): void {
    this.#certificates = certificates;
  }

  /** The same environment, of which it matters only whether what is read is set. */
  expected(app: string | null, env: Environment): Environment {
    return watched(env, (name) => {
      if (env[name] === undefined) this.incomparable();
      this.#variables.set(JSON.stringify([app, name]), { app, name });
    });
  }

  /** The same environment, whose values matter. */
  valued(env: Environment): Environment {
    return watched(env, () => this.incomparable());
  }
}

interface Source extends SourceText {
  /** When the file was changed last, in milliseconds since 1970. */
  readonly changedAt: number;
}

/** Null for what is no file, such as a pipe: it has another text each time. */
const sourceAt = (path: string): Source | null => {
  try {
    const real = realpathSync.native(path);
    const facts = statSync(real);
    if (!facts.isFile() || facts.size > LARGEST) return null;
    return { path: real, text: readFileSync(real, 'utf8'), changedAt: facts.ctimeMs };
  } catch {
    // It has gone.
    return null;
  }
};

/** Node reads a file after it was noted. If it is the same before and after that, Node has read the same. */
const isAsBefore = ({ path, text, changedAt }: Source): boolean => {
  const now = sourceAt(path);
  return now !== null && now.path === path && now.text === text && now.changedAt === changedAt;
};

const watched = (env: Environment, note: (name: string) => void): Environment => {
  const noteKey = (key: string | symbol): void => {
    if (typeof key === 'string') note(key);
  };
  return new Proxy(env, {
    get: (target, key) => {
      noteKey(key);
      return Reflect.get(target, key);
    },
    has: (target, key) => {
      noteKey(key);
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor: (target, key) => {
      noteKey(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    ownKeys: (target) => {
      for (const key of Reflect.ownKeys(target)) noteKey(key);
      return Reflect.ownKeys(target);
    },
  });
};
