import * as z from 'zod/mini';
import { CONTAINER_ENGINES } from '../../model/container-engines.ts';
import { LAYOUTS } from '../../model/log-layouts.ts';
import { TIMES } from '../../model/log-times.ts';
import { colorPattern, DASHBOARD_ACTIONS } from '../dashboard.ts';
import * as parts from './parts.ts';
import {
  boolean,
  count,
  duration,
  envFiles,
  expected,
  late,
  list,
  named,
  namePattern,
  object,
  path,
  some,
  text,
  volume,
  wiredEnvironment,
} from './parts.ts';
import { fieldSchemas } from './process-fields.ts';

const processFields = fieldSchemas(parts);

/** Shape of the dashboard's settings: of a project's, and of a user's. */
export const uiSchema = late(() => {
  const key = z.string(expected('key')).check(z.minLength(1, expected('key')));
  const keys = some('keys', DASHBOARD_ACTIONS, z.union([key, list(key, 'key')], expected('key')));
  const color = z.string(expected('color')).check(z.regex(colorPattern, expected('color')));
  const base = z.enum(['auto', 'dark', 'light'], expected('theme-base'));
  const colors = object('theme', {
    base: z.optional(base),
    accent: z.optional(color),
    ready: z.optional(color),
    waiting: z.optional(color),
    failed: z.optional(color),
    muted: z.optional(color),
  });
  return object('ui', {
    keys: z.optional(keys),
    theme: z.optional(z.union([base, colors], expected('theme'))),
    confirmQuit: z.optional(boolean),
    mouse: z.optional(boolean),
    wrap: z.optional(boolean),
    times: z.optional(z.enum(TIMES, expected('times'))),
    layout: z.optional(z.enum(LAYOUTS, expected('layout'))),
    bell: z.optional(boolean),
    notification: z.optional(boolean),
    title: z.optional(boolean),
  });
});

const processes = late(() => named(object('process', processFields), 'processes'));
/** It has `command`, `image` or `use`, which is checked elsewhere. */
const sidecar = late(() =>
  object('sidecar', {
    use: z.optional(text),
    with: z.optional(z.custom<object>(isOptions, expected('options'))),
    engine: z.optional(text),
    ...processFields,
  }),
);
const sidecars = late(() => named(sidecar, 'processes'));

const isOptions = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const volumes = late(() => named(volume, 'volumes'));
const instances = z.optional(count);
const app = late(() =>
  object('app', {
    env: z.optional(wiredEnvironment),
    envFile: z.optional(envFiles),
    volumes: z.optional(volumes),
    init: z.optional(processes),
    sidecars: z.optional(sidecars),
    primary: object('app-primary', { instances, ...processFields }),
  }),
);
const apps = late(() =>
  named(app, 'apps').check(z.refine((all) => Object.keys(all).length > 0, expected('apps'))),
);

/** Shape of a whole config; `rules.ts` checks how its parts relate. */
export const configSchema = object('config', {
  $schema: z.optional(text),
  name: z.optional(path),
  env: z.optional(wiredEnvironment),
  envFile: z.optional(envFiles),
  volumes: z.optional(volumes),
  init: z.optional(processes),
  sidecars: z.optional(sidecars),
  primary: z.optional(
    late(() =>
      object('primary', {
        name: z.optional(z.string(expected('process-name')).check(z.regex(namePattern))),
        instances,
        ...processFields,
      }),
    ),
  ),
  apps: z.optional(apps),
  stop: z.optional(
    late(() => object('pod-stop', { grace: z.optional(duration), minimumGrace: z.optional(duration) })),
  ),
  container: z.optional(
    late(() =>
      object('container', {
        engine: z.optional(z.enum(CONTAINER_ENGINES, expected('container-engine'))),
      }),
    ),
  ),
  ui: z.optional(uiSchema),
});
