import type { LogsLayout } from '../../model/log-layouts.ts';
import type { Times } from '../../model/log-times.ts';
import type { UiState } from './ui-state.ts';

/** What a user has chosen with keys and finds again the next time. What was never chosen is absent. */
export interface Choices {
  readonly wrap?: boolean;
  readonly times?: Times;
  readonly layout?: LogsLayout;
  /** Sources of the pinned logs. */
  readonly pinned?: readonly string[];
}

/**
 * What a key has chosen. Another pane has another look without any choice. `settings` say what is not a matter of
 * choice.
 */
export const choicesMade = (before: UiState, after: UiState, settings: Choices): Choices => {
  const isSamePane = before.pane === after.pane;
  const made = (field: keyof Choices): boolean =>
    settings[field] === undefined && before[field] !== after[field];
  return {
    ...(isSamePane && made('wrap') ? { wrap: after.wrap } : {}),
    ...(isSamePane && made('times') ? { times: after.times } : {}),
    ...(made('layout') ? { layout: after.layout } : {}),
    ...(made('pinned') ? { pinned: after.pinned } : {}),
  };
};
