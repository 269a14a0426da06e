import type { Family } from '../../exposition/read-families.ts';
import type { Relabel } from '../relabel/relabel.ts';
import type { SeriesBudget } from '../series/series-budget.ts';

/** Where metrics come from. */
export interface Source {
  /** For messages and figures: `statsd`, `json-2`. */
  readonly name: string;
  /** Resolves once it takes what comes. Rejects if it cannot. */
  start(): Promise<void>;
  /** What there is now; relabeled. */
  families(): readonly Family[];
  /** Forgets series that were last seen before a time. */
  expire(before: number): void;
  readonly figures: SourceFigures;
  stop(): Promise<void>;
}

export interface SourceFigures {
  /** Scrapes, lines or requests that came. */
  readonly taken: number;
  /** Those that failed or mean nothing. */
  readonly failed: number;
  /** Why the newest has failed; null if it has not. */
  readonly error: string | null;
}

/** What all sources of an adapter have in common. */
export interface SourceContext {
  readonly name: string;
  readonly budget: SeriesBudget;
  readonly relabel: Relabel;
  readonly say: (line: string) => void;
  /** The file of the program's options: it lies in the folder of the run. */
  readonly optionsFile: string;
}
