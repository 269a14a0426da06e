import type { FieldPath } from '../../model/failures/config-problem.ts';

/** Something in a source that its own tool refuses. */
export interface SourceMistake {
  /** Place in the source: `['services', 'web', 'ports']`. Empty for the whole file. */
  readonly path: FieldPath;
  /** What is wrong and what to do, as a sentence. */
  readonly message: string;
}

/**
 * Thrown by a reader for a source that nothing can be made of.
 *
 * @example throw new SourceMistakes([{ path: ['services', 'web'], message: 'it has neither image nor build.' }])
 */
export class SourceMistakes extends Error {
  readonly mistakes: readonly SourceMistake[];

  constructor(mistakes: readonly SourceMistake[]) {
    super(
      mistakes.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('\n'),
    );
    this.name = 'SourceMistakes';
    this.mistakes = mistakes;
  }
}
