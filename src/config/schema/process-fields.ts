import type * as z from 'zod/mini';
import type { ON_EDIT } from '../../model/pod-spec.ts';
import type { ProcessConfig } from '../types.ts';
import type { Slot } from './parts.ts';

type Parts = typeof import('./parts.ts');

/**
 * The places in a value that take wiring functions and references: the value itself, each of its entries, or some of
 * its fields.
 */
export type Places =
  | Slot
  | { readonly whole?: Slot; readonly each: Places }
  | { readonly whole?: Slot; readonly fields: Readonly<Record<string, Places>> };

export interface Field {
  /**
   * Shape of its value. A function, because whoever resolves a config that is known to be right needs the rest of the table
   * without Zod: loading and preparing Zod takes a tenth of a start.
   */
  readonly schema: (parts: Parts) => z.core.$ZodType;
  /** A field that takes wiring functions has these. */
  readonly places?: Places;
  readonly onReload: OnReload;
  /** Editors and the reference show this. */
  readonly description: string;
}

/**
 * The effect of an edit of the field on a reload. `restart`: the process restarts. `update`: the edit applies without a
 * restart. `by-entry`: each entry of the field has an effect of its own. `start-or-stop`: the process starts or stops.
 * `none`: the process itself does not read the field.
 */
type OnReload = 'restart' | 'update' | 'by-entry' | 'start-or-stop' | 'none';

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
  } satisfies Record<Exclude<Parts['probeTargets'][number], 'notify'>, Slot>,
};

const filePlaces: Places = { each: { whole: 'content', fields: { content: 'content' } } };

const hookPlaces: Places = { whole: 'command', fields: { http: 'http' } };

/** Everything about the fields of a process except their types and their defaults. */
export const PROCESS_FIELDS = {
  description: {
    schema: (parts) => parts.optional(parts.text),
    onReload: 'update',
    description: 'Text for status and dashboard.',
  },
  command: {
    schema: (parts) => parts.optional(parts.wired(parts.command, 'command')),
    places: 'command',
    onReload: 'restart',
    description:
      'Command to run: a string runs in the shell, a list runs directly. With an image, it replaces the entrypoint.',
  },
  image: {
    schema: (parts) => parts.optional(parts.wired(parts.image, 'image')),
    places: 'image',
    onReload: 'restart',
    description: 'Image of a container, in place of a program of this machine.',
  },
  args: {
    schema: (parts) => parts.optional(parts.wired(parts.args, 'arguments')),
    places: 'args',
    onReload: 'restart',
    description: 'With an image: arguments of the entrypoint. Default: the image’s.',
  },
  workingDir: {
    schema: (parts) => parts.optional(parts.wired(parts.path, 'path')),
    places: 'path',
    onReload: 'restart',
    description: 'With an image: working directory in the container. Default: the image’s.',
  },
  user: {
    schema: (parts) => parts.optional(parts.text),
    onReload: 'restart',
    description: 'With an image: user in the container, such as "999:999". Default: the image’s.',
  },
  pull: {
    schema: (parts) => parts.optional(parts.pull),
    onReload: 'restart',
    description:
      'With an image: pulled before the pod starts if it is "missing" (default), "always" or "never".',
  },
  build: {
    schema: (parts) => parts.optional(parts.build),
    onReload: 'restart',
    description: 'With an image: how it is built before the pod starts.',
  },
  anonymousVolumes: {
    schema: (parts) => parts.optional(parts.anonymousVolumes),
    onReload: 'restart',
    description:
      'With an image: absolute paths of volumes that have what the image has there, and go with the container.',
  },
  cwd: {
    schema: (parts) => parts.optional(parts.wired(parts.path, 'path')),
    places: 'path',
    onReload: 'restart',
    description: 'Working directory, relative to the config’s folder. Default: the config’s folder.',
  },
  env: {
    schema: (parts) => parts.optional(parts.wiredEnvironment),
    places: environmentPlaces,
    onReload: 'restart',
    description:
      'Variables; null removes one. Strings can refer to ${ports.process.port}, ${volumes.name}, ${env.NAME}.',
  },
  envFile: {
    schema: (parts) => parts.optional(parts.envFiles),
    onReload: 'restart',
    description:
      'Env files, relative to the config’s folder. A missing file is an error unless required is false.',
  },
  ports: {
    schema: (parts) => parts.optional(parts.late(() => parts.named(parts.port, 'ports'))),
    onReload: 'restart',
    description: 'Ports by name: a number, "auto" for a free port, or an object.',
  },
  mounts: {
    schema: (parts) => parts.optional(parts.mounts),
    onReload: 'restart',
    description:
      'Paths of volumes and of the process’s files: a path, an object with path, subPath, readOnly, or a list of them. In a container the path is absolute. Otherwise it is a symlink, and at an absolute path outside the config’s folder only this process sees it (Linux only).',
  },
  files: {
    schema: (parts) => parts.optional(parts.files),
    places: filePlaces,
    onReload: 'by-entry',
    description:
      'Text files by name, written before every launch: a text, or an object with content. ${files.NAME} is the path.',
  },
  provides: {
    schema: (parts) => parts.optional(parts.provides),
    places: { fields: { env: environmentPlaces, defaults: environmentPlaces } },
    onReload: 'none',
    description: 'Variables for the other processes, or for those named in to.',
  },
  requires: {
    schema: (parts) => parts.optional(parts.requires),
    onReload: 'update',
    description:
      'Programs that must be there before anything starts: a version range such as ">=7" by program.',
  },
  dependsOn: {
    schema: (parts) => parts.optional(parts.dependencies),
    onReload: 'update',
    description: 'Dependencies: a list of process names, or an object from names to conditions.',
  },
  isolate: {
    schema: (parts) => parts.optional(parts.literal('pid', parts.expected('isolate'))),
    onReload: 'restart',
    description:
      '"pid" runs the process in its own pid namespace, which no process started in it outlives (Linux only). Default: not isolated.',
  },
  startup: {
    schema: (parts) => parts.optional(parts.probe),
    places: probePlaces,
    onReload: 'restart',
    description:
      'Startup probe. The other probes begin after its success; the process is killed if it fails.',
  },
  readiness: {
    schema: (parts) =>
      parts.optional(
        parts.late(() => parts.union([parts.probe, parts.literal(false)], parts.expected('readiness'))),
      ),
    places: probePlaces,
    onReload: 'restart',
    description:
      'Readiness probe. Default: a connection to the first TCP port without activate; false turns it off.',
  },
  liveness: {
    schema: (parts) => parts.optional(parts.probe),
    places: probePlaces,
    onReload: 'restart',
    description: 'Liveness probe. The process is killed and restarted if it fails.',
  },
  postStart: {
    schema: (parts) => parts.optional(parts.hook),
    places: hookPlaces,
    onReload: 'restart',
    description: 'Hook that runs after each launch. The process counts as started once it has succeeded.',
  },
  preStop: {
    schema: (parts) => parts.optional(parts.hook),
    places: hookPlaces,
    onReload: 'update',
    description: 'Hook that runs before the stop signal, within the grace.',
  },
  commands: {
    schema: (parts) => parts.optional(parts.ownCommands),
    places: { each: { whole: 'command', fields: { command: 'command' } } },
    onReload: 'update',
    description:
      'Commands by name to run by hand, with the environment of the process: a command, or an object with command.',
  },
  restart: {
    schema: (parts) => parts.optional(parts.restart),
    onReload: 'update',
    description: 'Restart policy. Default: sidecar "always", primary and init task "never".',
  },
  essential: {
    schema: (parts) => parts.optional(parts.boolean),
    onReload: 'update',
    description:
      'When true, the pod stops with exit code 1 once the process has ended and will not be restarted. Default false.',
  },
  stop: {
    schema: (parts) => parts.optional(parts.stop),
    places: { fields: { command: 'command' } },
    onReload: 'update',
    description: 'Stop signal, grace, or a stop command.',
  },
  watch: {
    schema: (parts) => parts.optional(parts.watch),
    places: { fields: { action: { fields: { command: 'command' } } } },
    onReload: 'update',
    description: 'Files to watch in `dev`: a change restarts the process.',
  },
  autostart: {
    schema: (parts) => parts.optional(parts.boolean),
    onReload: 'start-or-stop',
    description: 'When false, the process starts only by hand, by --only, or as a dependency. Default true.',
  },
  stdin: {
    schema: (parts) => parts.optional(parts.literal('null', parts.expected('stdin'))),
    onReload: 'restart',
    description:
      '"null" gives the process an empty stdin, as in /dev/null. Default for sidecars and the primary: an open pipe, which `sidecarctl send` writes to.',
  },
  tty: {
    schema: (parts) => parts.optional(parts.boolean),
    onReload: 'restart',
    description:
      'When true, the process runs on a terminal of its own, as REPLs, prompts and full-screen programs need it. Linux only. Default false.',
  },
} as const satisfies Fields;

type ProcessFields = typeof PROCESS_FIELDS;

/** A column of the table, by field. */
export const columnOf = <Column extends 'onReload' | 'description'>(column: Column) =>
  mapFields((field) => field[column]) as {
    readonly [Name in keyof ProcessFields]: ProcessFields[Name][Column];
  };

/** The shapes of all fields. */
export const fieldSchemas = (parts: Parts) =>
  mapFields((field) => field.schema(parts)) as {
    readonly [Name in keyof ProcessFields]: ReturnType<ProcessFields[Name]['schema']>;
  };

const mapFields = (map: (field: Field) => unknown): object =>
  Object.fromEntries(Object.entries<Field>(PROCESS_FIELDS).map(([name, field]) => [name, map(field)]));
