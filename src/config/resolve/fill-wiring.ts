import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import type { Slot } from '../schema/parts.ts';
import type { Environment, EnvValue, PrimaryConfig, Wiring } from '../types.ts';
import type { DeclaredProcess } from './declared.ts';
import { type FillMode, fillSlot } from './fill-slot.ts';
import type { WiringValues } from './wiring.ts';

/** A process in which no functions and no references are left. */
export type FilledProcess = DeclaredProcess<Filled<PrimaryConfig>>;

type Filled<T> = T extends string | RegExp
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: Filled<T[Key]> }
      : T;

/** What functions and references are filled from. */
export interface Filling {
  readonly values: WiringValues;
  readonly mode: FillMode;
  readonly report: (problem: ConfigProblem) => void;
}

/** Puts values in the place of every function and reference of a process. */
export const fillProcess = (process: DeclaredProcess, filling: Filling): FilledProcess => {
  const fields = mapProcess(process.fields as unknown as Fields, fillWith(filling), process.path);
  return { ...process, fields: fields as unknown as FilledProcess['fields'] };
};

/** The same for the variables of a pod, or of an app. */
export const fillEnvironment = (
  env: Environment<Wiring> | undefined,
  path: FieldPath,
  filling: Filling,
): Readonly<Record<string, EnvValue>> =>
  env === undefined
    ? {}
    : (mapEnvironment(env, fillWith(filling), path) as Readonly<Record<string, EnvValue>>);

type Fields = Readonly<Record<string, unknown>>;
type Fill = (slot: Slot, value: unknown, path: FieldPath) => unknown;

const fillWith =
  ({ values, mode, report }: Filling): Fill =>
  (slot, value, path) => {
    const filled = fillSlot(slot, value, path, values, mode);
    for (const problem of filled.problems) report(problem);
    return filled.value;
  };

const mapFields = (
  fields: object,
  map: (value: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value, key)]));

const mapProcess = (process: Fields, fill: Fill, base: FieldPath): Fields =>
  mapFields(process, (value, key) => {
    const path = [...base, key];
    if (value === undefined) return value;
    if (key === 'command') return fill('command', value, path);
    if (key === 'cwd') return fill('path', value, path);
    if (key === 'env') return mapEnvironment(value, fill, path);
    if (key === 'postStart' || key === 'preStop') return mapHook(value, fill, path);
    if (key === 'watch') return mapWatch(value as Fields, fill, path);
    return key in slotsByField ? mapSlots(value, slotsByField[key] ?? {}, fill, path) : value;
  });

const mapEnvironment = (value: unknown, fill: Fill, path: FieldPath): unknown =>
  typeof value === 'function'
    ? fill('environment', value, path)
    : mapFields(value as Fields, (variable, name) => fill('variable', variable, [...path, name]));

const mapHook = (value: unknown, fill: Fill, path: FieldPath): unknown =>
  typeof value === 'object' && !Array.isArray(value)
    ? mapSlots(value, { http: 'http' }, fill, path)
    : fill('command', value, path);

const mapWatch = (watch: Fields, fill: Fill, path: FieldPath): unknown =>
  Array.isArray(watch)
    ? watch
    : mapFields(watch, (value, key) =>
        key === 'action' ? mapSlots(value, { command: 'command' }, fill, [...path, key]) : value,
      );

const targetSlots: Readonly<Record<string, Slot>> = {
  http: 'http',
  tcp: 'tcp',
  exec: 'command',
  grpc: 'grpc',
  log: 'log',
  file: 'path',
};

const slotsByField: Readonly<Record<string, Readonly<Record<string, Slot>>>> = {
  startup: targetSlots,
  readiness: targetSlots,
  liveness: targetSlots,
  stop: { command: 'command' },
};

const mapSlots = (
  value: unknown,
  slots: Readonly<Record<string, Slot>>,
  fill: Fill,
  path: FieldPath,
): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return mapFields(value, (inner, key) => {
    const slot = slots[key];
    return slot === undefined || inner === undefined ? inner : fill(slot, inner, [...path, key]);
  });
};
