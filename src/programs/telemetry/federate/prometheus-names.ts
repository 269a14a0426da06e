import type { KeyValue } from '../../otlp/messages.ts';
import { plainValue } from '../store/attributes.ts';

/**
 * Names of Prometheus for those of OpenTelemetry.
 * Source: https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 */

const UNITS: Readonly<Record<string, string>> = {
  ...{
    d: 'days',
    h: 'hours',
    min: 'minutes',
    s: 'seconds',
    ms: 'milliseconds',
    us: 'microseconds',
    ns: 'nanoseconds',
  },
  ...{ By: 'bytes', KiBy: 'kibibytes', MiBy: 'mebibytes', GiBy: 'gibibytes' },
  ...{ kBy: 'kilobytes', MBy: 'megabytes', GBy: 'gigabytes' },
  ...{
    m: 'meters',
    V: 'volts',
    A: 'amperes',
    J: 'joules',
    W: 'watts',
    g: 'grams',
    Cel: 'celsius',
    Hz: 'hertz',
  },
  '%': 'percent',
};

/** @example prometheusName('http.server.request.duration', 's', 'histogram') // 'http_server_request_duration_seconds' */
export const prometheusName = (name: string, unit: string, kind: string): string => {
  const words = [sanitized(name, /[^a-zA-Z0-9:]+/g)];
  const [of = '', per] = unit.replaceAll(/\{[^}]*\}/g, '').split('/');
  for (const word of [unitOf(of), ...(per === undefined ? [] : [`per_${unitOf(per).replace(/s$/, '')}`])])
    if (word !== '' && word !== 'per_' && !words.join('_').endsWith(word)) words.push(word);
  if (kind === 'gauge' && unit === '1') words.push('ratio');
  const joined = words.join('_');
  return kind === 'counter' && !joined.endsWith('_total') ? `${joined}_total` : joined;
};

const unitOf = (unit: string): string =>
  unit === '1' ? '' : (UNITS[unit] ?? sanitized(unit, /[^a-zA-Z0-9]+/g));

const sanitized = (name: string, others: RegExp): string => {
  const plain = name.replaceAll(others, '_').replace(/^_+|_+$/g, '');
  return /^\d/.test(plain) ? `_${plain}` : plain;
};

/** Labels of attributes. Two that become one have both values. */
export const labelsOf = (attributes: readonly KeyValue[]): Record<string, string> => {
  const labels: Record<string, string> = {};
  for (const { key, value } of attributes) {
    const found = plainValue(value);
    const text = typeof found === 'object' ? JSON.stringify(found) : String(found);
    const name = key.replaceAll(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_');
    // OpenTelemetry has no attribute without a name, and Prometheus no label.
    if (name === '') continue;
    labels[name] = name in labels ? `${labels[name]};${text}` : text;
  }
  return labels;
};

/** Who a point is from: `job` and `instance`, as Prometheus itself receives OTLP. */
export const ownerLabels = (resource: readonly KeyValue[]): Record<string, string> => {
  const { service_name, service_namespace, service_instance_id } = labelsOf(resource);
  const job = [service_namespace, service_name].filter((part) => part !== undefined && part !== '').join('/');
  return {
    ...(job === '' ? {} : { job }),
    ...(service_instance_id === undefined ? {} : { instance: service_instance_id }),
  };
};
