import type { Family } from './read-families.ts';
import type { Labels, Sample } from './sample.ts';
import { writtenFamily } from './written-family.ts';

/**
 * A family with names that need quotes, as Prometheus 3 and OpenMetrics write them: `{"http.requests","a b"="c"} 1`.
 * prom-client writes such names without quotes, which no scraper reads.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#basic-info.
 */
export const quotedFamily = (family: Family, isOpen: boolean): string => {
  const { name, type, samples } = writtenFamily(family, isOpen);
  return [
    `# HELP ${quoted(name)} ${escaped(family.help ?? family.name)}`,
    `# TYPE ${quoted(name)} ${type}`,
    ...samples.map((sample) => lineOf(sample, isOpen)),
    '',
  ].join('\n');
};

const lineOf = ({ name, labels, value, exemplar }: Sample, isOpen: boolean): string => {
  const inBraces = [quoted(name), ...pairsOf(labels)].join(',');
  if (exemplar === null || !isOpen) return `{${inBraces}} ${numberText(value)}`;
  const time = exemplar.timestamp === null ? '' : ` ${exemplar.timestamp / 1_000}`;
  const from = `# {${pairsOf(exemplar.labels).join(',')}} ${numberText(exemplar.value)}${time}`;
  return `{${inBraces}} ${numberText(value)} ${from}`;
};

const pairsOf = (labels: Labels): readonly string[] =>
  [...labels].map(([label, value]) => `${quoted(label)}=${quoted(value)}`);

const quoted = (text: string): string => `"${escaped(text).replaceAll('"', '\\"')}"`;

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

const numberText = (value: number): string => {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
};
