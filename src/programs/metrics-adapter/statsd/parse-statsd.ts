/** A metric of a line of StatsD, or of DogStatsD, which adds tags and several values. */
export interface StatsdMetric {
  readonly name: string;
  readonly type: StatsdType;
  /** As written: a gauge's `+3` is not `3`, and a set's are texts. */
  readonly values: readonly string[];
  /** Share of the measurements that were sent, above 0 and at most 1. */
  readonly rate: number;
  readonly tags: ReadonlyMap<string, string>;
}

export type StatsdType = 'counter' | 'gauge' | 'timer' | 'histogram' | 'set';

const TYPES: Readonly<Record<string, StatsdType>> = {
  c: 'counter',
  g: 'gauge',
  ms: 'timer',
  h: 'histogram',
  d: 'histogram',
  s: 'set',
};

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Reads `orders:3|c|@0.1|#region:eu,vip`. Null: it means nothing.
 * Source: https://github.com/statsd/statsd/blob/master/docs/metric_types.md,
 * https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/.
 */
export const parseStatsd = (line: string): StatsdMetric | null => {
  const [head = '', typeText = '', ...fields] = line.split('|');
  // A name may have colons where a value may not.
  const colon = head.indexOf(':');
  const type = TYPES[typeText];
  if (colon <= 0 || type === undefined) return null;
  const values = type === 'set' ? [head.slice(colon + 1)] : head.slice(colon + 1).split(':');
  const isRight = values.every((value) => (type === 'set' ? value !== '' : NUMBER.test(value)));
  const rate = rateIn(fields);
  if (!isRight || rate === null) return null;
  return { name: head.slice(0, colon), type, values, rate, tags: tagsIn(fields) };
};

/** Fields that are not known, such as the id of a container, mean nothing here. */
const rateIn = (fields: readonly string[]): number | null => {
  const written = fields.find((field) => field.startsWith('@'));
  if (written === undefined) return 1;
  const rate = Number(written.slice(1));
  return NUMBER.test(written.slice(1)) && rate > 0 && rate <= 1 ? rate : null;
};

const tagsIn = (fields: readonly string[]): ReadonlyMap<string, string> => {
  const written = fields.find((field) => field.startsWith('#'))?.slice(1) ?? '';
  const tags = written.split(',').filter(Boolean);
  return new Map(
    tags.map((tag): [string, string] => {
      const colon = tag.indexOf(':');
      return colon === -1 ? [tag, 'true'] : [tag.slice(0, colon), tag.slice(colon + 1)];
    }),
  );
};
