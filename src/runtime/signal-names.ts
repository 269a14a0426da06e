import { constants } from 'node:os';

/** First and last of the real-time signals, as in the C libraries of Linux. */
const RTMIN = 34;
const RTMAX = 64;

/**
 * Name of a signal: Node's if it has one. A real-time signal is counted from the first, as in systemd.
 *
 * @example
 * signalName(15); // 'SIGTERM'
 * signalName(36); // 'SIGRTMIN+2'
 */
export const signalName = (number: number): string => {
  if (number >= RTMIN && number <= RTMAX) return `SIGRTMIN+${number - RTMIN}`;
  const known = Object.entries(constants.signals).find(([, other]) => other === number);
  return known?.[0] ?? `SIG${number}`;
};

/** Number of a name from `signalName`, or 0 for an unknown one. */
export const signalNumber = (name: string): number => {
  const realTime = /^SIGRTMIN\+(\d+)$/.exec(name)?.[1];
  if (realTime !== undefined) return RTMIN + Number(realTime);
  const numbered = /^SIG(\d+)$/.exec(name)?.[1];
  if (numbered !== undefined) return Number(numbered);
  return (constants.signals as Readonly<Record<string, number>>)[name] ?? 0;
};
