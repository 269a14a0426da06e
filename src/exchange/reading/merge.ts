import { type Data, record } from './read-yaml.ts';

export type Join = (base: unknown, over: unknown) => unknown;

/** Merges two maps: maps in both are merged, other values are those of `over`. `joins` has the fields that differ. */
export const mergeMaps = (base: Data, over: Data, joins: Readonly<Record<string, Join>> = {}): Data => {
  const merged: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(over)) {
    const join = Object.hasOwn(joins, field) ? joins[field] : undefined;
    const before = merged[field];
    if (before === undefined || before === null) merged[field] = value;
    else if (join !== undefined) merged[field] = join(before, value);
    else merged[field] = isMap(before) && isMap(value) ? mergeMaps(record(before), record(value)) : value;
  }
  return merged;
};

export const isMap = (value: unknown): value is Data =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Joins lists; an equal entry stands once. */
export const joinLists: Join = (base, over) => {
  const all = [...asList(base), ...asList(over)];
  const texts = all.map((entry) => JSON.stringify(entry));
  return all.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
};

/** Joins variables, which may be a list of `NAME=value` or a map; an entry of `over` wins. */
export const joinVariables: Join = (base, over) => mergeMaps(asVariables(base), asVariables(over));

export const asVariables = (value: unknown): Data =>
  Array.isArray(value)
    ? Object.fromEntries(
        value.map((entry) => {
          const [name, text] = splitVariable(String(entry));
          return [name, text ?? null];
        }),
      )
    : record(value);

/** Splits `NAME=value` or `NAME`. */
export const splitVariable = (entry: string): readonly [name: string, value: string | undefined] => {
  const at = entry.indexOf('=');
  return at === -1 ? [entry, undefined] : [entry.slice(0, at), entry.slice(at + 1)];
};

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
