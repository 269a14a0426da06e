import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { Slot } from '../schema/parts.ts';
import { type FilledSlot, standIns } from './filled-slot.ts';
import { RECEIVER } from './provided-variables.ts';
import { type Dialect, fillReferences } from './references.ts';
import type { WiringValues } from './wiring.ts';
import type { Owner, WiringFunction, WiringSource } from './wiring-source.ts';

/**
 * Returns a value without function and references. If there is none, a stand-in that breaks no rule takes its place, so
 * that one mistake is not reported twice and others are still found.
 */
export const fillSlot = (
  slot: Slot,
  value: unknown,
  path: FieldPath,
  owner: Owner,
  source: WiringSource,
): FilledSlot => {
  const filled =
    typeof value === 'function'
      ? source.call(slot, value as WiringFunction, path, owner)
      : replace(slot, value, path, valuesAt(path, source.valuesFor(owner, slot)));
  return filled.problems.length > 0 ? { ...filled, value: standIns[slot] } : filled;
};

/** What a process provides can name whoever gets it. */
const valuesAt = (path: FieldPath, values: WiringValues): WiringValues =>
  path.at(-3) === 'provides' ? { ...values, receiver: RECEIVER } : values;

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
