import type { LaunchFailure } from './failures/launch-failure.ts';

/** What an attempt of a probe, or a hook, has found. `report/findings.ts` words it. */
export type Finding =
  | { readonly kind: 'said'; readonly text: string }
  /** No attempt has been answered yet. */
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'not-started'; readonly failure: LaunchFailure };
