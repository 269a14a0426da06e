import type { ProcEntry } from './proc-table.ts';

export type Belongs = (entry: ProcEntry) => boolean;

/** The target of a search: the tree of one root, or the whole run. */
export interface SearchTarget {
  /** Null: the whole run. */
  readonly mark: string | null;
  /** Created for each round, because it may cache what was read in it. */
  readonly rule: () => Belongs;
}

/** One search, in rounds: a process that is forked during a round is found in the next. */
export interface Search {
  /** Visits all processes that belong. `isSure`: there can be nobody else, however fast they fork and exit. */
  round(visit: (entry: ProcEntry) => void): { readonly isSure: boolean };
}
