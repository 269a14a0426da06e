/** A run of lines that are one event: indexes of the first one and of the one after the last. */
export interface Event {
  readonly first: number;
  readonly end: number;
}

interface Grouping {
  readonly lines: number;
  /** True for a line that begins an event. */
  readonly begins: (line: number) => boolean;
  /** Number of bytes of the lines from `first` to before `end`. */
  readonly bytes: (first: number, end: number) => number;
  /** An event that would be longer is cut. */
  readonly maxBytes: number;
  /** True: the last event is whole, for no more lines have come in time. */
  readonly isLast: boolean;
}

/**
 * Joins lines to events: a line that begins none goes on with the event before it. The last event is left out while more lines
 * of it may come.
 *
 * @example
 * // Lines 0 and 3 begin events.
 * groupLines({ lines: 5, begins: (line) => line % 3 === 0, … }); // [{ first: 0, end: 3 }], or both if it is the last
 */
export const groupLines = ({ lines, begins, bytes, maxBytes, isLast }: Grouping): readonly Event[] => {
  const events: Event[] = [];
  let first = 0;
  for (let line = 1; line < lines; line += 1) {
    if (!begins(line) && bytes(first, line + 1) <= maxBytes) continue;
    events.push({ first, end: line });
    first = line;
  }
  if (lines > 0 && isLast) events.push({ first, end: lines });
  return events;
};
