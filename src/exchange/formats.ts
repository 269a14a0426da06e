import { compose } from './compose/read-compose.ts';
import { dapr } from './dapr/read-dapr.ts';
import { devcontainer } from './devcontainer/read-devcontainer.ts';
import type { Format } from './format.ts';
import { kubernetes } from './kubernetes/import/read-kubernetes.ts';
import { mprocs } from './mprocs/read-mprocs.ts';
import { packageJson } from './package/read-package.ts';
import { pm2 } from './pm2/read-pm2.ts';
import { processCompose } from './process-compose/read-process-compose.ts';
import { procfile } from './procfile/read-procfile.ts';
import { supervisord } from './supervisord/read-supervisord.ts';

/**
 * Every format, in the order in which a folder is searched for the list of its processes: those for development first,
 * those of servers last.
 */
export const PROCESS_LISTS: readonly Format[] = [
  processCompose,
  mprocs,
  dapr,
  procfile,
  packageJson,
  pm2,
  supervisord,
];

/** Formats of services that stand beside a list of processes. */
export const SERVICES: readonly Format[] = [compose, devcontainer];

/** Manifests describe what runs elsewhere: they are read only if they are named. */
export const FORMATS: readonly Format[] = [kubernetes, ...PROCESS_LISTS, ...SERVICES];
