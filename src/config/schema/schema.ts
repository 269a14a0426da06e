import * as z from 'zod/mini';
import { colorPattern, DASHBOARD_ACTIONS } from '../dashboard.ts';
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
  text,
  volume,
  wiredEnvironment,
} from './parts.ts';
import { columnOf } from './process-fields.ts';

const processFields = columnOf('schema');

const ui = late(() => {
  const key = z.string(expected('key')).check(z.minLength(1, expected('key')));
  const keys = z.partialRecord(
    z.enum(DASHBOARD_ACTIONS, expected('dashboard-action')),
    z.union([key, list(key, 'key')], expected('key')),
    expected('keys'),
  );
  const color = z.string(expected('color')).check(z.regex(colorPattern, expected('color')));
  const theme = object('theme', {
    accent: z.optional(color),
    ready: z.optional(color),
    waiting: z.optional(color),
    failed: z.optional(color),
    muted: z.optional(color),
  });
  return object('ui', {
    keys: z.optional(keys),
    theme: z.optional(theme),
    confirmQuit: z.optional(boolean),
  });
});

const processes = late(() => named(object('process', processFields), 'processes'));
const volumes = late(() => named(volume, 'volumes'));
const instances = z.optional(count);
const app = late(() =>
  object('app', {
    env: z.optional(wiredEnvironment),
    envFile: z.optional(envFiles),
    volumes: z.optional(volumes),
    init: z.optional(processes),
    sidecars: z.optional(processes),
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
  sidecars: z.optional(processes),
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
  ui: z.optional(ui),
});
