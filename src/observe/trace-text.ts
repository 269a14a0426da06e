import type { Value } from '../programs/telemetry/api.ts';

/** Formats a duration in milliseconds with three figures: `0.52 ms`, `12.3 ms`, `1.24 s`, `2m 05s`. */
export const spanDuration = (ms: number): string => {
  if (ms < 0.01) return `${Math.round(ms * 1_000)} µs`;
  if (ms < 999.5) return `${threeFigures(ms)} ms`;
  if (ms < 59_950) return `${threeFigures(ms / 1_000)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)}m ${String(seconds % 60).padStart(2, '0')}s`;
};

const threeFigures = (value: number): string => {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
};

/** An attribute's value as one line. */
export const valueText = (value: Value): string =>
  typeof value === 'string' ? value : JSON.stringify(value);

/** Names of OpenTelemetry's severities, by number (https://opentelemetry.io/docs/specs/otel/logs/data-model/). */
const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

/** `''` if it is not set. */
export const severityText = (severity: number, text: string): string =>
  text === '' ? (SEVERITIES[Math.floor((severity - 1) / 4)] ?? '') : text.toUpperCase();
