import type { AboveLimit } from '../model/above-limit.ts';
import { duration, times } from './phrases.ts';

/** `web uses 600 MiB of memory, above its limit of 512 MiB for 10s: watch restarts it`. */
export const aboveLimitText = ({
  process,
  by,
  resource,
  used,
  limit,
  lasted,
  action,
}: AboveLimit): string => {
  const amount = resource === 'memory' ? mebibytes : cores;
  const what = resource === 'memory' ? `${amount(used)} of memory` : amount(used);
  const since = lasted === 0 ? '' : ` for ${duration(lasted)}`;
  return `${process} uses ${what}, above its limit of ${amount(limit)}${since}${ACTIONS[action](by)}`;
};

const ACTIONS: Readonly<Record<AboveLimit['action'], (by: string) => string>> = {
  warn: () => '',
  restart: (by) => `: ${by} restarts it`,
  end: (by) => `: ${by} stops it`,
};

/** As exactly as the config has it: a limit of 100 kB is no 0 MiB. */
const mebibytes = (bytes: number): string => {
  const mebi = bytes / 1024 / 1024;
  return `${mebi >= 10 ? Math.round(mebi) : Number(mebi.toPrecision(2))} MiB`;
};

const cores = (count: number): string => times(Number(count.toFixed(2)), 'core');
