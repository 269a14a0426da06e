import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';

/** Names that every JavaScript object has already, or that give it others. */
const RESERVED: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Finds keys with a meaning in JavaScript itself, anywhere in a config or value: a lookup of such a name would fail, or
 * find what was never written.
 */
export const findPrototypeNames = (value: unknown, base: FieldPath = []): readonly ConfigProblem[] => {
  const seen = new Set<object>();
  const look = (at: unknown, path: FieldPath): readonly ConfigProblem[] => {
    if (!isData(at) || seen.has(at)) return [];
    seen.add(at);
    const own = namesIn(at).map(
      (found): ConfigProblem => ({ kind: 'prototype-name', path: [...path, found], found }),
    );
    const inner = Array.isArray(at)
      ? [...at.entries()]
      : Object.entries(at).filter(([key]) => !RESERVED.has(key));
    return [...own, ...inner.flatMap(([key, each]) => look(each, [...path, key]))];
  };
  return look(value, base);
};

/** `primary.name` is a name without being a key. */
export const isPrototypeName = (name: string): boolean => RESERVED.has(name);

const namesIn = (data: object): readonly string[] => {
  const own = Object.getOwnPropertyNames(data).filter((key) => RESERVED.has(key));
  return hasWrittenPrototype(data) ? ['__proto__', ...own] : own;
};

/**
 * True for `{ __proto__: { … } }` in code, which sets the prototype instead of a key. Classes and built-in objects, of
 * any realm, have a constructor.
 */
const hasWrittenPrototype = (data: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(data);
  if (Array.isArray(data) || typeof prototype !== 'object' || prototype === null) return false;
  return typeof Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value !== 'function';
};

/** True for objects and lists; regular expressions, dates and class instances are values. */
export const isData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) || prototype === null || hasWrittenPrototype(value)) return true;
  return Object.getPrototypeOf(prototype) === null;
};
