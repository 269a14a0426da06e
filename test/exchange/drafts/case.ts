import { expect } from 'vitest';
import { type DraftOptions, draft, type Files } from './draft.ts';

/** A folder, and the config that `init` writes for it. */
export interface Case {
  readonly files: Files;
  readonly options?: DraftOptions;
  readonly config: object;
  /** What is not carried over. */
  readonly leftOut?: readonly string[];
}

export const expectDraft = async ({ files, options, config, leftOut }: Case): Promise<void> => {
  const drafted = await draft(files, options);
  expect(drafted.config).toEqual(config);
  if (leftOut !== undefined) expect(drafted.leftOut).toEqual(leftOut);
};
