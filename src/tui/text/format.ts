import type { Timestamp } from '../../control/pod-client.ts';

const two = (value: number): string => String(value).padStart(2, '0');

/** Local time of day: `14:03`. */
export const clock = (time: Timestamp): string => {
  const date = new Date(time);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
};

/** Local time of day with seconds: `14:03:07`. */
export const clockWithSeconds = (time: Timestamp): string =>
  `${clock(time)}:${two(new Date(time).getSeconds())}`;

/** Local time of day with milliseconds: `14:03:07.250`. */
export const clockWithMilliseconds = (time: Timestamp): string =>
  `${clockWithSeconds(time)}.${String(new Date(time).getMilliseconds()).padStart(3, '0')}`;

const MINUTE = 60_000;

/** Age in seconds for a minute, and then to the minute: `7s`, `7m`, `2h05`, `3d04h`. */
export const age = (ms: number): string => {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes === 0) return `${Math.max(0, Math.floor(ms / 1_000))}s`;
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 24 ? `${hours}h${two(minutes % 60)}` : `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
};

/** Seconds or minutes: `0.8 s`, `12 s`, `3 min`. */
export const seconds = (ms: number): string => {
  if (ms < 9_950) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  return ms < 2 * MINUTE ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / MINUTE)} min`;
};

/** Time until something, in whole seconds or minutes: `in 3 s`. */
export const countdown = (ms: number): string => {
  const left = Math.ceil(ms / 1_000);
  if (left <= 0) return 'now';
  return left < 120 ? `in ${left} s` : `in ${Math.round(left / 60)} min`;
};

/** Share of one core, in whole percent. */
export const cpu = (cores: number): string => `${Math.round(cores * 100)}%`;

/** Memory in four columns: `920K`, `45M`, `1.2G`. */
export const memory = (bytes: number): string => {
  const mega = bytes / 2 ** 20;
  if (mega < 0.95) return `${Math.round(bytes / 1024)}K`;
  if (mega < 999.5) return `${Math.round(mega)}M`;
  return `${(mega / 1024).toFixed(mega < 9.95 * 1024 ? 1 : 0)}G`;
};

export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
