import { compact } from '../../export/compact.ts';
import { serviceVariables } from '../../export/environment.ts';
import type { Part } from '../../export/parts.ts';
import type { Process } from '../../export/pod.ts';
import { CERTIFICATES_VOLUME, OWN_FOLDER } from '../../export/ready-made.ts';
import type { Losses, ReportLoss } from '../../form/losses.ts';
import { runOf } from './commands.ts';
import type { ComposeOptions, Service } from './compose-file.ts';
import { dependsOn } from './depends-on.ts';
import { duration } from './duration.ts';
import { envFilesOf, environmentOf } from './environment.ts';
import { filesOf, type WrittenFiles } from './files.ts';
import { healthcheckOf } from './healthcheck.ts';
import { hooksOf } from './hooks.ts';
import { imageFieldsOf } from './image.ts';
import type { InsideService } from './inside-service.ts';
import { portsOf } from './ports.ts';
import type { PortsByKey } from './publishing.ts';
import { reportDefaults } from './report-defaults.ts';
import { restartOf } from './restart.ts';
import { assumeParts, type Mount, mountOf, mountsOf } from './volumes.ts';
import { watchOf } from './watch.ts';

export interface ServiceContext {
  readonly part: Part;
  readonly inside: InsideService;
  readonly options: ComposeOptions;
  readonly losses: Losses;
  readonly assumptions: Losses;
  readonly declared: PortsByKey;
  /** Paths of volumes that are folders of this machine. */
  readonly folders: ReadonlyMap<string, string>;
  /** Values as nobody in particular sees them. */
  readonly outside: InsideService;
  /** Every service, by its name. */
  readonly all: ReadonlyMap<string, Process>;
  /** Milliseconds that the pod waits for its end. */
  readonly grace: number;
  /** Processes that others wait for until they are ready. */
  readonly gates: ReadonlySet<string>;
  /** Those whose ports are for this machine. */
  readonly open: ReadonlySet<string>;
  /** Profiles of those that somebody starts by hand. */
  readonly profiles: ReadonlyMap<string, readonly string[]>;
  /** Ready-made sidecars that have certificates in common. */
  readonly certified: ReadonlySet<string>;
}

export interface WrittenService {
  readonly service: Service;
  readonly files: WrittenFiles;
  readonly mounts: readonly Mount[];
}

/** Milliseconds that Compose waits for a container's end, if nothing else is said. */
const USUAL_GRACE = 10_000;

export const serviceOf = (process: Process, context: ServiceContext): WrittenService => {
  const { part, inside, options, gates, declared, open, all } = context;
  const { name, launch, stop } = process;
  const lost = context.losses.of(name);
  const asking = { inside, lost, assume: context.assumptions.of(name) };
  reportLosses(process, lost);
  reportDefaults(process, lost);
  const mounts = mountsOf(process, part, inside);
  assumeParts(mounts, asking.assume);
  const files = filesOf(process, inside, lost);
  const grace = stop.grace === null ? context.grace : Number(stop.grace);
  const places = mounts.map(({ path }) => path);
  const environment = {
    ...serviceVariables([process], context.outside),
    ...environmentOf(process, places, inside, lost),
  };
  const service = compact({
    ...imageFieldsOf(process, options),
    profiles: context.profiles.get(name),
    ...runOf(process, inside),
    environment,
    env_file: envFilesOf(process, options.folder),
    ...portsOf(process, inside, { isOpen: open.has(name), declared, replicas: part.replicas }, asking.assume),
    volumes: [
      ...mounts.map((mount) => mountOf(mount, context.folders)),
      ...(launch.command.kind === 'container' ? launch.command.anonymousVolumes.map(String) : []),
      ...(context.certified.has(name) ? [`${CERTIFICATES_VOLUME}:${OWN_FOLDER}`] : []),
    ],
    ...files.fields,
    healthcheck: healthcheckOf(process, gates.has(name), asking),
    depends_on: dependsOn(process, all, lost),
    restart: restartOf(process, lost),
    stop_signal: stop.signal === 'SIGTERM' ? undefined : stop.signal,
    stop_grace_period: grace === USUAL_GRACE ? undefined : duration(grace),
    ...(launch.tty ? { tty: true, stdin_open: true } : {}),
    ...hooksOf(process, asking),
    scale: part.replicas > 1 ? part.replicas : undefined,
    develop: watchOf(process, options.folder, lost),
  });
  return { service: { ...service, environment }, files, mounts };
};

/** Fields without a counterpart. */
const reportLosses = (process: Process, lost: ReportLoss): void => {
  const { role, essential, requires, isolation, commands, ports, refreshes } = process;
  if (role === 'sidecar' && essential) lost('the end of a service does not end the others', 'essential');
  if (requires.length > 0) lost('the image has to have the programs', 'requires');
  if (isolation !== null) lost('containers are isolated anyway', 'isolate');
  if (refreshes.length > 0) lost('nobody tells it of files that another one has rendered anew', 'files');
  if (commands.length > 0) lost("use 'docker compose exec'", 'commands');
  if (ports.some(({ activate }) => activate)) lost('Docker passes no sockets', 'ports.activate');
};
