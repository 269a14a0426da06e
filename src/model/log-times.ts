/** Time before each line of a log: none, of the day, or how long ago. The dashboard's key goes through them. */
export const TIMES = ['off', 'clock', 'ago'] as const;

export type Times = (typeof TIMES)[number];
