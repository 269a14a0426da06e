import type { Family } from '../../exposition/read-families.ts';
import type { Labels, Sample } from '../../exposition/sample.ts';
import type { JsonMetric } from '../options.ts';
import { sampleOf, totalName } from '../series/measured.ts';

/** A place in a document, with the keys that `*` stood for. */
interface Place {
  readonly value: unknown;
  readonly keys: readonly string[];
}

/** Reads metrics from a document. What is there and is no number is a mistake; what is not there has no series. */
export const readJsonMetrics = (
  document: unknown,
  metrics: readonly JsonMetric[],
): { readonly families: readonly Family[]; readonly mistakes: number } => {
  let mistakes = 0;
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  for (const metric of metrics) {
    const { name, type, help } = metric;
    const family = families.get(name) ?? { name, type, help, unit: null, samples: [] };
    families.set(name, family);
    for (const place of placesAt(document, metric.path)) {
      const [found] = placesAt(place.value, metric.value);
      if (found === undefined || found.value === null) continue;
      const value = numberIn(found.value);
      if (value === null) mistakes += 1;
      else
        family.samples.push(
          sampleOf(type === 'counter' ? totalName(name) : name, name, labelsAt(place, metric.labels), value),
        );
    }
  }
  return { families: [...families.values()], mistakes };
};

const placesAt = (document: unknown, path: readonly string[]): readonly Place[] => {
  let places: readonly Place[] = [{ value: document, keys: [] }];
  for (const step of path) places = places.flatMap((place) => within(place, step));
  return places;
};

const within = ({ value, keys }: Place, step: string): readonly Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  if (step === '*')
    return Object.entries(value).map(([key, each]) => ({ value: each, keys: [...keys, key] }));
  return Object.hasOwn(value, step)
    ? [{ value: (value as Readonly<Record<string, unknown>>)[step], keys }]
    : [];
};

const numberIn = (value: unknown): number | null => {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const number = Number(value);
  return Number.isNaN(number) ? null : number;
};

/** In the value of a label, `{a.b}` is a field of what the path leads to, and `{*}` the key that the last `*` stood for. */
const labelsAt = (place: Place, labels: JsonMetric['labels']): Labels =>
  new Map(
    Object.entries(labels).map(([name, text]) => [
      name,
      text.replace(/\{([^{}]+)\}/g, (_, path: string) => textAt(place, path)),
    ]),
  );

const textAt = ({ value, keys }: Place, path: string): string => {
  if (path === '*') return keys.at(-1) ?? '';
  const found = placesAt(value, path.split('.'))[0]?.value ?? '';
  return typeof found === 'object' ? JSON.stringify(found) : String(found);
};
