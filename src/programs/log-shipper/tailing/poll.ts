/** How often files are looked for, besides when the system tells of changes. Times are milliseconds. */
export const SHORTEST_POLL = 250;
export const LONGEST_POLL = 10_000;

/** What a look at the files has found. */
export interface Finding {
  /** Something had changed. */
  readonly isNew: boolean;
  /** The system had told of a change since the look before. */
  readonly wasTold: boolean;
  /** The system watches every folder. */
  readonly isWatched: boolean;
}

/**
 * Time until the next look. While the system tells of every change, looks become rare: 200 idle files looked at every 250 ms
 * take 0.4 % of a core. Where it does not (files of other machines, too many folders), they stay frequent.
 */
export const nextPoll = (before: number, { isNew, wasTold, isWatched }: Finding): number => {
  if (!isWatched || (isNew && !wasTold)) return SHORTEST_POLL;
  return Math.min(LONGEST_POLL, before * 2);
};
