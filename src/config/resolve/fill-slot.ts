import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { Slot } from '../schema/parts.ts';
import { findSlotProblems } from '../schema/schema-problems.ts';
import { type Dialect, fillReferences } from './references.ts';
import { callWithWiring, type WiringValues } from './wiring.ts';

/** `dry`: functions are not called. */
export type FillMode = 'real' | 'dry';

export interface FilledSlot {
  readonly value: unknown;
  readonly problems: readonly ConfigProblem[];
}

/**
 * A value without function and references. Where it cannot be had, a stand-in that breaks no rule takes its place, so
 * that one mistake is not reported twice and the others are found all the same.
 */
export const fillSlot = (
  slot: Slot,
  value: unknown,
  path: FieldPath,
  values: WiringValues,
  mode: FillMode,
): FilledSlot => {
  const filled =
    typeof value === 'function'
      ? call(slot, value as () => unknown, path, values, mode)
      : replace(slot, value, path, values);
  return filled.problems.length > 0 ? { ...filled, value: standIns[slot] } : filled;
};

const standIns: Readonly<Record<Slot, unknown>> = {
  command: ['true'],
  path: '.',
  environment: {},
  variable: '',
  http: 'http://127.0.0.1/',
  tcp: 1,
  grpc: 1,
  log: 'x',
};

/** What a function returns is taken as it is: a `${` in it was put there by the user's own code. */
const call = (
  slot: Slot,
  wiringFunction: () => unknown,
  path: FieldPath,
  values: WiringValues,
  mode: FillMode,
): FilledSlot => {
  if (mode === 'dry') return { value: standIns[slot], problems: [] };
  const called = callWithWiring(wiringFunction, values, path);
  if (!called.ok) return { value: null, problems: [called.problem] };
  return { value: called.value, problems: findSlotProblems(slot, called.value, path) };
};

const replace = (slot: Slot, value: unknown, path: FieldPath, values: WiringValues): FilledSlot => {
  const problems: ConfigProblem[] = [];
  const inText = (text: string, dialect: Dialect, at: FieldPath): string => {
    const filled = fillReferences(text, dialect, values, at);
    problems.push(...filled.problems);
    return filled.text;
  };
  const line = slot === 'command' ? 'shell' : 'plain';
  const filled = typeof value === 'string' ? inText(value, line, path) : mapTexts(value, path, inText);
  return { value: filled, problems };
};

const mapTexts = (
  value: unknown,
  path: FieldPath,
  inText: (text: string, dialect: Dialect, at: FieldPath) => string,
): unknown => {
  if (typeof value === 'string') return inText(value, 'plain', path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, [...path, index], inText));
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, [...path, key], inText)]),
  );
};
