import type { Fields, Value } from './found-pod.ts';
import { type Part, type PortPart, Template } from './template.ts';

/** Replaces references to ports, at any depth. */
export const mapPorts = (fields: Fields, replace: (part: PortPart) => Part): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, mapped(value, replace)]));

const mapped = (value: Value | undefined, replace: (part: PortPart) => Part): Value | undefined => {
  if (value instanceof Template) return templateOf(value, replace);
  if (Array.isArray(value)) return value.map((item) => mapped(item, replace) ?? null);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return mapPorts(value as Fields, replace);
};

const templateOf = ({ parts }: Template, replace: (part: PortPart) => Part): Value => {
  const replaced = parts.map((part) =>
    typeof part === 'object' && part.kind === 'port' ? replace(part) : part,
  );
  return replaced.every((part) => typeof part === 'string') ? replaced.join('') : new Template(replaced);
};
