import type { Milliseconds } from '../vocabulary.ts';

/** A program that a process requires and that this machine does not have as required. `requirementText` words it. */
export type RequirementFailure = {
  readonly process: string;
  readonly program: string;
  /** The versions that are required; `*`: any. */
  readonly range: string;
} & (
  | { readonly kind: 'program-missing' }
  | { readonly kind: 'other-version'; readonly found: string }
  /** `answer`: the first line of what the program prints, or null if it has not ended in time. */
  | {
      readonly kind: 'no-version';
      readonly asked: string;
      readonly answer: string | null;
      readonly within: Milliseconds;
    }
);
