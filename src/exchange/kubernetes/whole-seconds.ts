import type { ReportLoss } from '../form/losses.ts';

/**
 * Milliseconds as Kubernetes counts, in whole seconds, rounded up, which is told.
 *
 * @example toSeconds(1500, 'stop.grace', lost) // 2
 */
export const toSeconds = (milliseconds: unknown, field: string, lost: ReportLoss): number => {
  const exact = Number(milliseconds);
  const seconds = Math.ceil(exact / 1000);
  if (seconds * 1000 !== exact) lost(`Kubernetes counts whole seconds: ${exact} ms is ${seconds} s`, field);
  return seconds;
};
