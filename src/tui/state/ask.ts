import type { Effect, UiState } from './ui-state.ts';

/** Asks before effects. `again`: keys that mean yes, too. */
export const ask = (
  state: UiState,
  text: string,
  effects: readonly Effect[],
  again?: readonly string[],
): UiState => ({
  ...state,
  question: { text, effects, ...(again === undefined ? {} : { again }) },
});
