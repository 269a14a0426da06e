import type { FieldPath } from '../../../model/failures/config-problem.ts';
import { type SourceMistake, SourceMistakes } from '../../form/source-mistakes.ts';

/** Gathers what is wrong with a project, so that all of it is told at once. */
export class Problems {
  readonly #mistakes = new Map<string, SourceMistake>();

  /** `why` is the sentence without its period. `file` is the path of another file than the project's first, for messages. */
  add(path: FieldPath, why: string, file?: string): void {
    const told = file === undefined ? why : path.length === 0 ? `${file}: ${why}` : `${why} (in ${file})`;
    const message = told.endsWith('?') ? told : `${told}.`;
    this.#mistakes.set(JSON.stringify([path, message]), { path, message });
  }

  /** @throws {SourceMistakes} if there is a problem */
  throwIfAny(): void {
    if (this.#mistakes.size > 0) throw new SourceMistakes([...this.#mistakes.values()]);
  }
}
