import type { LogView } from '../../control/pod-client.ts';
import { ClearedView } from '../log/cleared-view.ts';
import type { HeldLines } from '../log/held-lines.ts';
import { LevelFilter } from '../log/level.ts';
import { MatchIndex } from '../log/match-index.ts';
import { lookInTime, matches, matchesText, type Pattern } from '../log/pattern.ts';
import type { ShownLine } from '../log/shown-line.ts';
import { cleanLine } from '../text/clean-line.ts';
import { plainOf } from '../text/styled.ts';
import { logStateOf, sourceOf, type UiState } from './ui-state.ts';

/** The log of a pane, with the matches of its filter and search so far. */
export interface ShownLog {
  /** While the log is paused, the lines that are held. */
  readonly view: LogView;
  /** The log as it grows. */
  readonly live: LogView;
  /** Matches, or null if there is no search. */
  readonly found: MatchIndex | null;
}

interface Sought {
  readonly key: string;
  /** Null: lines of a level are sought. */
  readonly pattern: Pattern | null;
  readonly index: MatchIndex;
}

/** The log of a pane. Keeps the indexes of its filter and search as long as they are in use. */
export class LogModel {
  readonly #logOf: (source: string) => LogView;
  /** Logs that have been cleared. */
  readonly #cleared = new Map<string, ClearedView>();
  #filter: Sought | null = null;
  #search: (Sought & { readonly held: HeldLines | undefined }) | null = null;

  constructor(logOf: (source: string) => LogView) {
    this.#logOf = logOf;
  }

  shown(state: UiState): ShownLog {
    const source = sourceOf(state);
    const { clearedTo } = logStateOf(state);
    const view = clearedTo === 0 ? this.#logOf(source) : this.#clearedLog(source, clearedTo);
    const filterKey = `${source} ${clearedTo} ${state.least} ${state.filter?.text}`;
    if (state.filter === null && state.least === null) this.#filter = null;
    else if (this.#filter?.key !== filterKey)
      this.#filter = {
        ...{ key: filterKey, pattern: state.filter },
        index: new MatchIndex(view, shownBy(state)),
      };
    const live = this.#filter?.index ?? view;
    const { paused } = logStateOf(state);
    const shown = paused?.held ?? live;
    const searchKey = `${filterKey} ${state.search?.text}`;
    if (state.search === null) this.#search = null;
    else if (this.#search?.key !== searchKey || this.#search.held !== paused?.held)
      this.#search = {
        ...{ key: searchKey, pattern: state.search, held: paused?.held },
        index: new MatchIndex(shown, foundBy(state.search)),
      };
    return { view: shown, live, found: this.#search?.index ?? null };
  }

  #clearedLog(source: string, from: number): ClearedView {
    const known = this.#cleared.get(source);
    if (known?.from === from) return known;
    const cleared = new ClearedView(this.#logOf(source), from);
    this.#cleared.set(source, cleared);
    return cleared;
  }

  /** Searches some more of the log that was shown last; returns false while there is more. */
  advance(): boolean {
    const filtered = this.#filter === null || advanced(this.#filter);
    const searched = this.#search === null || advanced(this.#search);
    return filtered && searched;
  }
}

const advanced = ({ pattern, index }: Sought): boolean =>
  pattern === null ? index.advance() : lookInTime(pattern, () => index.advance(), true);

const foundBy =
  (pattern: Pattern) =>
  ({ line }: ShownLine): boolean =>
    matches(pattern, line);

/** The level of a line may depend on the line above it: each line is looked at, whether the text matches or not. */
const shownBy = ({ filter, least }: UiState): ((line: ShownLine) => boolean) => {
  const levels = least === null ? null : new LevelFilter(least);
  return (line) => {
    const text = plainOf(cleanLine(line.line, false));
    const isOfLevel = levels === null || levels.shows(line, text);
    return isOfLevel && (filter === null || matchesText(filter, text));
  };
};
