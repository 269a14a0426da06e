import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';

/** What every object of JavaScript has under that name already, or what gives it others. */
const RESERVED: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);

/**
 * Keys that mean something to JavaScript itself, wherever in a config or in a value they stand: as a name one would be
 * looked up in vain, or found where it was never written.
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

/** `primary.name` gives a name without being a key. */
export const isPrototypeName = (name: string): boolean => RESERVED.has(name);

const namesIn = (data: object): readonly string[] => {
  const own = Object.getOwnPropertyNames(data).filter((key) => RESERVED.has(key));
  return hasWrittenPrototype(data) ? ['__proto__', ...own] : own;
};

/**
 * `{ __proto__: { … } }` in code: no key of the object, but where JavaScript looks for those that it does not have. A
 * class, and what is built in, of whichever realm, tells its constructor.
 */
const hasWrittenPrototype = (data: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(data);
  if (Array.isArray(data) || typeof prototype !== 'object' || prototype === null) return false;
  return typeof Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value !== 'function';
};

/** Objects and lists; patterns, dates and instances of classes are values. */
export const isData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) || prototype === null || hasWrittenPrototype(value)) return true;
  return Object.getPrototypeOf(prototype) === null;
};
