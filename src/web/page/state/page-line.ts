import type { EventLine, LogLineJson, MissedLine } from '../../../control/protocol.ts';

/** Name of sidecarctl's own lines among those of the processes. */
export const OWN_NAME = 'sidecarctl';

/** A line of the log: of a process, or what sidecarctl says. */
export interface PageLine {
  /** ISO 8601. */
  readonly time: string;
  readonly process: string;
  /** `own`: of sidecarctl. `gap`: lines are missing here. */
  readonly kind: 'stdout' | 'stderr' | 'own' | 'gap';
  /** As it was written, with its control characters. */
  readonly text: string;
  /** The line has no end yet. */
  readonly isPartial: boolean;
}

export const lineOfOutput = (line: LogLineJson | MissedLine, lastTime: string): PageLine => {
  if (line.type === 'missed') return gap(line.count, lastTime);
  const { time, process, stream, line: text, partial = false } = line;
  return { time, process, kind: stream, text, isPartial: partial };
};

const gap = (count: number, time: string): PageLine => ({
  time,
  process: OWN_NAME,
  kind: 'gap',
  text: `${count.toLocaleString('en')} lines are missing here: they came faster than this page could read them`,
  isPartial: false,
});

/** The sentence of an event; null if it has none. */
export const lineOfEvent = (event: EventLine | MissedLine): PageLine | null => {
  if (event.type === 'missed') return null;
  const { time, text } = event as EventLine;
  if (text === undefined) return null;
  return { time, process: OWN_NAME, kind: 'own', text, isPartial: false };
};
