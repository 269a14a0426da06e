import type { MetricUnit } from './chosen-metrics.ts';

/** A figure as people read it: `12%` of a core, `45 MiB`, `3.2/s`, `12 ms`. */
export const metricText = (value: number, unit: MetricUnit): string => {
  switch (unit) {
    case 'cores':
      return `${rounded(value * 100)}%`;
    case 'bytes':
      return bytesText(value);
    case 'count':
      return String(Math.round(value));
    case 'per-second':
      return `${rounded(value)}/s`;
    case 'seconds':
      return secondsText(value);
    default:
      return unit satisfies never;
  }
};

/** Three digits say enough. */
const rounded = (value: number): string => {
  if (value === 0) return '0';
  if (Math.abs(value) < 0.01) return '<0.01';
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2)));
};

const bytesText = (bytes: number): string => {
  const mebibytes = bytes / 2 ** 20;
  if (mebibytes < 1) return `${Math.round(bytes / 1024)} KiB`;
  return mebibytes < 1000 ? `${rounded(mebibytes)} MiB` : `${rounded(mebibytes / 1024)} GiB`;
};

const secondsText = (seconds: number): string => {
  if (seconds >= 1) return `${rounded(seconds)} s`;
  return seconds >= 0.001 ? `${rounded(seconds * 1000)} ms` : `${rounded(seconds * 1e6)} µs`;
};
