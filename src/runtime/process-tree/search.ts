import type { ProcEntry } from './proc-table.ts';

export type Belongs = (entry: ProcEntry) => boolean;

/** Who is looked for: the tree of one root, or all of the run. */
export interface Wanted {
  /** Null: the whole run. */
  readonly mark: string | null;
  /** Made anew for each round, as it may hold what was read for it. */
  readonly rule: () => Belongs;
}

/** One search, in rounds: what a process forks while it is looked for is found in the next. */
export interface Search {
  /** Visits all that are there and belong. `isSure`: nobody else can be there, however fast they fork and exit. */
  round(visit: (entry: ProcEntry) => void): { readonly isSure: boolean };
}
