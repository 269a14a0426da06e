import type { Labels } from '../../exposition/sample.ts';

/** Label with the name of the metric. */
export const NAME = '__name__';

/** Labels in the order of their names, without those that are empty, which are none. */
export const sortedLabels = (labels: Iterable<readonly [string, string]>): Labels =>
  new Map([...labels].filter(([, value]) => value !== '').sort(([a], [b]) => compare(a, b)));

/** Sorted labels as a text that no others have. */
export const keyOf = (labels: Labels): string => {
  let key = '';
  for (const [name, value] of labels) key += `${name}\0${value}\0`;
  return key;
};

/** Labels without some, or only these. */
export const without = (labels: Labels, names: ReadonlySet<string>): Labels =>
  new Map([...labels].filter(([name]) => !names.has(name)));

export const only = (labels: Labels, names: ReadonlySet<string>): Labels =>
  new Map([...labels].filter(([name]) => names.has(name)));

/** As Prometheus writes them: `up{job="web"}`. */
export const labelsText = (labels: Labels): string => {
  const rest = [...labels].filter(([name]) => name !== NAME);
  const text = rest.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ');
  return `${labels.get(NAME) ?? ''}{${text}}`;
};

/**
 * A text of its own. V8 keeps the whole text alive that a piece was cut from, which would be an exposition for each new
 * series.
 */
export const ownText = (text: string): string => Buffer.from(text).toString();

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
