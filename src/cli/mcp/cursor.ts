/** A reader's position in one run of a pod, in its events and in its output. */
export interface Cursor {
  readonly runId: string;
  readonly event: number;
  readonly log: number;
}

export const writeCursor = ({ runId, event, log }: Cursor): string => `${runId}.${event}.${log}`;

/** Parses a cursor; null if it is invalid. */
export const readCursor = (text: string): Cursor | null => {
  const [, runId, event, log] = /^([0-9a-f]{1,32})\.(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  return runId === undefined ? null : { runId, event: Number(event), log: Number(log) };
};
