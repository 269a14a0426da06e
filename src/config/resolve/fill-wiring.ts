import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { Slot } from '../schema/parts.ts';
import { environmentPlaces, type Field, type Places, PROCESS_FIELDS } from '../schema/process-fields.ts';
import type { Environment, EnvValue } from '../types.ts';
import type { Wiring } from '../wiring-types.ts';
import type { DeclaredProcess } from './component.ts';
import { fillSlot } from './fill-slot.ts';
import type { FilledProcess } from './filled-process.ts';
import type { Owner, WiringSource } from './wiring-source.ts';

/** The sources that functions and references are filled from. */
export interface Filling {
  readonly source: WiringSource;
  readonly owner: Owner;
  readonly report: (problem: ConfigProblem) => void;
}

/** Replaces every function and reference of a process by its value. */
export const fillProcess = (process: DeclaredProcess, filling: Filling): FilledProcess => {
  const fields = fillProcessFields(process.fields as unknown as Fields, fillWith(filling), process.path);
  return { ...process, fields: fields as unknown as FilledProcess['fields'] };
};

/** Does the same for the variables of a pod, or of an app. */
export const fillEnvironment = (
  env: Environment<Wiring> | undefined,
  path: FieldPath,
  filling: Filling,
): Readonly<Record<string, EnvValue>> =>
  env === undefined
    ? {}
    : (fillPlaces(environmentPlaces, env, fillWith(filling), path) as Readonly<Record<string, EnvValue>>);

type Fields = Readonly<Record<string, unknown>>;
type Fill = (slot: Slot, value: unknown, path: FieldPath) => unknown;

const fillWith =
  ({ source, owner, report }: Filling): Fill =>
  (slot, value, path) => {
    const filled = fillSlot(slot, value, path, owner, source);
    for (const problem of filled.problems) report(problem);
    return filled.value;
  };

const processFields: Readonly<Record<string, Field>> = PROCESS_FIELDS;

const mapFields = (fields: object, map: (value: unknown, key: string) => unknown): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value, key)]));

const fillProcessFields = (process: Fields, fill: Fill, base: FieldPath): Fields =>
  mapFields(process, (value, key) => fillPlaces(processFields[key]?.places, value, fill, [...base, key]));

const fillPlaces = (places: Places | undefined, value: unknown, fill: Fill, path: FieldPath): unknown => {
  if (places === undefined || value === undefined) return value;
  if (typeof places === 'string') return fill(places, value, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return places.whole === undefined ? value : fill(places.whole, value, path);
  return mapFields(value, (inner, key) =>
    fillPlaces('each' in places ? places.each : places.fields[key], inner, fill, [...path, key]),
  );
};
