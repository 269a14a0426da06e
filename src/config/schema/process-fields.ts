import * as z from 'zod/mini';
import type { ON_EDIT } from '../../model/pod-spec.ts';
import type { ProcessConfig } from '../types.ts';
import {
  boolean,
  command,
  dependencies,
  envFiles,
  expected,
  hook,
  late,
  named,
  path,
  port,
  probe,
  type probeTargets,
  restart,
  type Slot,
  stop,
  text,
  watch,
  wired,
  wiredEnvironment,
} from './parts.ts';

/** Where a value takes wiring functions and references: in its own place, in each of its entries, or in fields of it. */
export type Places =
  | Slot
  | { readonly whole: Slot; readonly each: Slot }
  | { readonly whole?: Slot; readonly fields: Readonly<Record<string, Places>> };

export interface Field {
  /** `late` makes a part when a config has the field. */
  readonly schema: z.core.$ZodType;
  /** A field that takes wiring functions has these. */
  readonly places?: Places;
  readonly onReload: OnReload;
  /** Editors and the reference show this. */
  readonly description: string;
}

/**
 * The effect of an edit of the field on a reload. `restart`: the process restarts. `update`: the edit applies without a
 * restart. `start-or-stop`: the process starts or stops. `none`: nothing reads the field.
 */
type OnReload = 'restart' | 'update' | 'start-or-stop' | 'none';

type Fields = {
  readonly [Name in keyof ProcessConfig]-?: Field & PlacesIn<ProcessConfig[Name]> & LikeInCore<Name>;
};

type PlacesIn<Value> =
  TakesWiring<Value> extends true ? { readonly places: Places } : { readonly places?: undefined };

/** A field with the same name in the spec has the core's answer. */
type LikeInCore<Name> = Name extends keyof typeof ON_EDIT
  ? { readonly onReload: (typeof ON_EDIT)[Name] }
  : unknown;

/** True for a value that has a wiring function anywhere in its type. */
type TakesWiring<Value> = true extends (
  Value extends (...wiring: never[]) => unknown
    ? true
    : Value extends RegExp | readonly unknown[]
      ? false
      : Value extends object
        ? TakesWiring<Value[keyof Value]>
        : false
)
  ? true
  : false;

export const environmentPlaces: Places = { whole: 'environment', each: 'variable' };

const probePlaces: Places = {
  fields: {
    http: 'http',
    tcp: 'tcp',
    exec: 'command',
    grpc: 'grpc',
    log: 'log',
    file: 'path',
  } satisfies Record<Exclude<(typeof probeTargets)[number], 'notify'>, Slot>,
};

const hookPlaces: Places = { whole: 'command', fields: { http: 'http' } };

/** Everything about the fields of a process except their types and their defaults. */
export const PROCESS_FIELDS = {
  description: {
    schema: z.optional(text),
    onReload: 'update',
    description: 'Shown in status and dashboard.',
  },
  command: {
    schema: wired(command, 'command'),
    places: 'command',
    onReload: 'restart',
    description: 'A string runs in the shell, a list runs directly.',
  },
  cwd: {
    schema: z.optional(wired(path, 'path')),
    places: 'path',
    onReload: 'restart',
    description: 'Default: the config’s folder, to which it is relative.',
  },
  env: {
    schema: z.optional(wiredEnvironment),
    places: environmentPlaces,
    onReload: 'restart',
    description:
      'Variables; null removes one. Strings may hold ${ports.process.port}, ${volumes.name}, ${env.NAME}.',
  },
  envFile: {
    schema: z.optional(envFiles),
    onReload: 'restart',
    description: 'Env files, relative to the config; a missing one is an error unless required is false.',
  },
  ports: {
    schema: z.optional(late(() => named(port, 'ports'))),
    onReload: 'restart',
    description: 'By name: a number, "auto" for a free one, or an object.',
  },
  mounts: {
    schema: z.optional(late(() => z.record(z.string(), z.optional(path), expected('mounts')))),
    onReload: 'restart',
    description:
      'By volume: where it appears, as a symlink; at an absolute path outside the config’s folder for this process alone (on Linux).',
  },
  dependsOn: {
    schema: z.optional(dependencies),
    onReload: 'update',
    description: 'What must hold before this starts: a list, or an object from names to conditions.',
  },
  isolate: {
    schema: z.optional(z.literal('pid', expected('isolate'))),
    onReload: 'restart',
    description:
      '"pid": in a pid namespace of its own, which nothing it starts outlives; on Linux. Default: not isolated.',
  },
  startup: {
    schema: z.optional(probe),
    places: probePlaces,
    onReload: 'restart',
    description: 'Probe that gates the others; failing kills.',
  },
  readiness: {
    schema: z.optional(late(() => z.union([probe, z.literal(false)], expected('readiness')))),
    places: probePlaces,
    onReload: 'restart',
    description:
      'Probe that decides ready or not; false turns off the default, a connection to the first TCP port without activate.',
  },
  liveness: {
    schema: z.optional(probe),
    places: probePlaces,
    onReload: 'restart',
    description: 'Probe that kills and restarts.',
  },
  postStart: {
    schema: z.optional(hook),
    places: hookPlaces,
    onReload: 'restart',
    description: 'Hook: runs after the launch; the process has not started until it returns.',
  },
  preStop: {
    schema: z.optional(hook),
    places: hookPlaces,
    onReload: 'update',
    description: 'Hook: runs before the stop signal.',
  },
  restart: {
    schema: z.optional(restart),
    onReload: 'update',
    description: 'Default: sidecar "always", primary and init task "never".',
  },
  essential: {
    schema: z.optional(boolean),
    onReload: 'update',
    description:
      'When it has ended and will not be restarted, the pod stops with exit code 1. Default false.',
  },
  stop: {
    schema: z.optional(stop),
    places: { fields: { command: 'command' } },
    onReload: 'update',
    description: 'How it is stopped.',
  },
  watch: {
    schema: z.optional(watch),
    places: { fields: { action: { fields: { command: 'command' } } } },
    onReload: 'update',
    description: 'Globs of files; in `dev` the process is restarted when one changes.',
  },
  autostart: {
    schema: z.optional(boolean),
    onReload: 'start-or-stop',
    description:
      'False: started by hand, by --only, or because something that starts depends on it. Default true.',
  },
  stdin: {
    schema: z.optional(z.literal('null', expected('stdin'))),
    onReload: 'restart',
    description:
      '"null": nothing to read, as in /dev/null. Default for sidecars and the primary: a pipe that stays open and on which nothing comes.',
  },
  tty: {
    schema: z.optional(boolean),
    onReload: 'none',
    description: 'True is not supported yet. Default false.',
  },
} as const satisfies Fields;

type ProcessFields = typeof PROCESS_FIELDS;

/** A column of the table, by field. */
export const columnOf = <Column extends 'schema' | 'onReload' | 'description'>(column: Column) =>
  Object.fromEntries(Object.entries(PROCESS_FIELDS).map(([name, field]) => [name, field[column]])) as {
    readonly [Name in keyof ProcessFields]: ProcessFields[Name][Column];
  };
