import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Files that have been replaced, by who is still to be told. */
export interface Pending {
  readonly pod: readonly string[];
  readonly action: readonly string[];
}

const NOTHING: Pending = { pod: [], action: [] };

/**
 * What is still to be announced, in a file of the run: a launch that is killed between the swap and the signal would
 * leave the app with the old content for good.
 */
export class Unannounced {
  readonly #path: string;
  #written = '';

  constructor(path: string) {
    this.#path = path;
  }

  read(): Pending {
    try {
      const { pod, action } = JSON.parse(readFileSync(this.#path, 'utf8')) as Pending;
      return { pod, action };
    } catch {
      return NOTHING;
    }
  }

  /** Throws if that cannot be kept. */
  write(pending: Pending): void {
    const text = JSON.stringify(pending);
    if (text === this.#written) return;
    if (pending.pod.length + pending.action.length === 0) rmSync(this.#path, { force: true });
    else {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writeFileSync(`${this.#path}.tmp`, text, { mode: 0o600 });
      renameSync(`${this.#path}.tmp`, this.#path);
    }
    this.#written = text;
  }
}
