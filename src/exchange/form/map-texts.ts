import type { Fields, Value } from './found-pod.ts';
import { type Part, Template } from './template.ts';

/** Replaces texts, at any depth; what refers to something else within them stays. */
export const mapTexts = (fields: Fields, replace: (text: string) => readonly Part[]): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      value === undefined ? undefined : mapped(value, replace),
    ]),
  );

const mapped = (value: Value, replace: (text: string) => readonly Part[]): Value => {
  if (typeof value === 'string') return asValue(replace(value));
  if (value instanceof Template)
    return asValue(value.parts.flatMap((part) => (typeof part === 'string' ? replace(part) : [part])));
  if (Array.isArray(value)) return value.map((item) => mapped(item, replace));
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return mapTexts(value as Fields, replace);
};

const asValue = (parts: readonly Part[]): Value =>
  parts.every((part) => typeof part === 'string') ? parts.join('') : new Template(parts);
