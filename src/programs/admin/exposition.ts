/** A metric with its samples. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Prometheus' text format, version 0.0.4. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const exposition = (metrics: readonly Metric[]): string => metrics.map(metricText).join('');

const metricText = ({ name, help, type, samples }: Metric): string =>
  [
    `# HELP ${name} ${escaped(help)}`,
    `# TYPE ${name} ${type}`,
    ...samples.map((each) => sampleText(name, each)),
  ]
    .map((line) => `${line}\n`)
    .join('');

const sampleText = (name: string, { labels, value }: Sample): string => {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text, '"')}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
};

const escaped = (text: string, quote = ''): string => {
  const plain = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quote === '' ? plain : plain.replaceAll(quote, `\\${quote}`);
};
