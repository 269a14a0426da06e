import type { ConfigProblem, FieldPath } from '../core/config-problem.ts';
import { type FillMode, fillSlot } from './fill-slot.ts';
import type { Slot } from './schema.ts';
import type { PodConfig } from './types.ts';
import type { WiringValues } from './wiring.ts';

/** A config in which no functions and no references are left. */
export type FilledConfig = Filled<PodConfig>;

type Filled<T> = T extends string | RegExp
  ? T
  : T extends (...args: never[]) => unknown
    ? never
    : T extends object
      ? { readonly [Key in keyof T]: Filled<T[Key]> }
      : T;

export interface FilledWiring {
  readonly config: FilledConfig;
  readonly problems: readonly ConfigProblem[];
}

/** Puts values in the place of every function and reference of a config. */
export const fillWiring = (config: PodConfig, values: WiringValues, mode: FillMode): FilledWiring => {
  const problems: ConfigProblem[] = [];
  const fill: Fill = (slot, value, path) => {
    const filled = fillSlot(slot, value, path, values, mode);
    problems.push(...filled.problems);
    return filled.value;
  };
  return { config: mapConfig({ ...config }, fill) as unknown as FilledConfig, problems };
};

type Fields = Readonly<Record<string, unknown>>;
type Fill = (slot: Slot, value: unknown, path: FieldPath) => unknown;

const mapFields = (
  fields: object,
  map: (value: unknown, key: string) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, map(value, key)]));

const mapConfig = (config: Fields, fill: Fill): Fields =>
  mapFields(config, (value, key) => {
    const path = [key];
    if (value === undefined) return value;
    if (key === 'env') return mapEnvironment(value, fill, path);
    if (key === 'primary') return mapProcess(value as Fields, fill, path);
    if (key !== 'init' && key !== 'sidecars') return value;
    return mapFields(value as Fields, (process, name) => mapProcess(process as Fields, fill, [key, name]));
  });

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
