import { parseEnv } from 'node:util';
import type { SourceFormat } from '../options.ts';

const BY_ENDING: Readonly<Record<string, SourceFormat>> = {
  json: 'json',
  yaml: 'yaml',
  yml: 'yaml',
  env: 'env',
  txt: 'text',
};

/** How a text is read whose name ends like this; `null`: the name does not say. */
export const formatOf = (name: string): SourceFormat | null =>
  BY_ENDING[/\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;

/** A name as a key of a template, in which a dot means a field: `app.conf` is `app_conf`, and `flags.json` is `flags`. */
export const keyOf = (name: string): string => {
  const stem = formatOf(name) === null ? name : name.slice(0, name.lastIndexOf('.'));
  return (stem === '' ? name.replace(/^\./, '') : stem).replaceAll('.', '_');
};

/** The value of a text. Throws if the text is not of that format, or would be too much. */
export const parseText = async (text: string, format: SourceFormat): Promise<unknown> => {
  switch (format) {
    case 'text':
      return text;
    case 'json':
      return plainCopy(JSON.parse(text));
    case 'env':
      return plainCopy(parseEnv(text));
    case 'yaml': {
      const { load, CORE_SCHEMA } = await import('js-yaml');
      return plainCopy(load(text, { schema: CORE_SCHEMA }));
    }
    default:
      return format satisfies never;
  }
};

/** Aliases of YAML can make a few bytes stand for billions of values. */
const MOST_VALUES = 100_000;
const DEEPEST = 100;

/** A copy without prototypes, so that `{{flags.constructor}}` is missing like any other key. */
export const plainCopy = (value: unknown): unknown => {
  let left = MOST_VALUES;
  const copy = (inner: unknown, depth: number): unknown => {
    left -= 1;
    if (left < 0) throw new Error(`it has more than ${MOST_VALUES} values`);
    if (depth > DEEPEST) throw new Error(`it is nested more than ${DEEPEST} deep`);
    if (typeof inner !== 'object' || inner === null) return inner;
    if (Array.isArray(inner)) return inner.map((item) => copy(item, depth + 1));
    const made = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of Object.entries(inner)) made[key] = copy(item, depth + 1);
    return made;
  };
  return copy(value, 0);
};
