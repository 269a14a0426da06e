import { constants } from 'node:os';

/** The first and last of the real-time signals, as the C libraries of Linux have them. */
const RTMIN = 34;
const RTMAX = 64;

/**
 * The name of a signal: Node's where it has one; a real-time signal is counted from the first, as systemd does.
 *
 * @example signalName(15); // 'SIGTERM'
 * @example signalName(36); // 'SIGRTMIN+2'
 */
export const signalName = (number: number): string => {
  if (number >= RTMIN && number <= RTMAX) return `SIGRTMIN+${number - RTMIN}`;
  const known = Object.entries(constants.signals).find(([, other]) => other === number);
  return known?.[0] ?? `SIG${number}`;
};

/** The number that `signalName` has a name for; 0 for a name that is none. */
export const signalNumber = (name: string): number => {
  const realTime = /^SIGRTMIN\+(\d+)$/.exec(name)?.[1];
  if (realTime !== undefined) return RTMIN + Number(realTime);
  const numbered = /^SIG(\d+)$/.exec(name)?.[1];
  if (numbered !== undefined) return Number(numbered);
  return (constants.signals as Readonly<Record<string, number>>)[name] ?? 0;
};
