import type { FieldPath } from '../../../model/failures/config-problem.ts';
import type { ConfigSymbol } from './symbols.ts';

/**
 * The reason why a value cannot be carried to another tool:
 *
 * - `fails`: a wiring function fails, or returns what is not valid, when it is called with other values than usual.
 * - `computes`: the value is not text around symbols: the function calculates with a port, or cuts a text.
 * - `decides`: the function reads a symbol that is not in its result, so that the result may depend on its value.
 * - `depends-on-unset`: the function returns something else when a variable is not set, and no fallback expresses that.
 * - `lists-variables`: the function reads the whole environment, which is another one elsewhere.
 * - `unresolved`: the value has no meaning in its place before the symbols have values.
 */
export type LossReason =
  | 'fails'
  | 'computes'
  | 'decides'
  | 'depends-on-unset'
  | 'lists-variables'
  | 'unresolved';

/** A value that the symbolic form does not have: something that breaks no rule stands in its place. */
export interface Loss {
  readonly path: FieldPath;
  readonly because: LossReason;
  readonly symbols: readonly ConfigSymbol[];
}
