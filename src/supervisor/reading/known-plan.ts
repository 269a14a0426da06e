import { statSync } from 'node:fs';
import type { DeclaredPort } from '../../model/failures/port-failure.ts';
import type { LaunchSpec, PodSpec, ProcessSpec, VolumeSpec } from '../../model/pod-spec.ts';
import type { AllocatedPorts } from '../../runtime/ports/allocate-ports.ts';
import type { Preparation } from '../preparation.ts';

/**
 * What a known config was resolved to the last time: lines of text behind the config itself. Each value stands behind a key
 * that names everything it depends on, and holds as long as the key is the same.
 */
export interface KnownPlan {
  readonly podKey: string;
  /** JSON of a `PlannedPod`. */
  readonly pod: string;
  readonly specKey: string;
  /** JSON of a `PlannedSpec`, with `RUN` in place of the number of the run. */
  readonly spec: string;
}

export interface PlannedPod {
  readonly name: string;
  readonly ports: readonly DeclaredPort[];
  readonly desired: readonly string[];
}

/** A spec as JSON can hold it. */
export interface PlannedSpec extends Omit<PodSpec, 'processes' | 'volumes'> {
  readonly processes: readonly ProcessSpec[];
  readonly volumes: readonly VolumeSpec[];
  /** Processes share these: their own have the place in this list instead. */
  readonly services: readonly Readonly<Record<string, string>>[];
  readonly patterns: readonly PlannedPattern[];
}

/** A regular expression of a probe. */
export interface PlannedPattern {
  readonly process: number;
  readonly probe: 'startup' | 'readiness' | 'liveness';
  readonly source: string;
  readonly flags: string;
}

/** JSON has no such character in its text. */
export const RUN = '\u0001';

export const planIn = ([podKey = '', pod = '', specKey = '', spec = '']: readonly string[]): KnownPlan => ({
  podKey,
  pod,
  specKey,
  spec,
});

/** What the ports of a pod, and the processes that start with it, depend on besides its config. */
export const podKeyOf = ({ label, only, without }: Preparation): string =>
  JSON.stringify([label, only, without]);

/** What a spec depends on besides its config and the number of its run. */
export const specKeyOf = (preparation: Preparation, ports: AllocatedPorts): string => {
  const { primaryCommand, primaryArgs, callerStreams, colors, watching } = preparation;
  const numbers = [...ports].map(([process, own]) => [process, [...own]]);
  return JSON.stringify([
    podKeyOf(preparation),
    ...[primaryCommand, primaryArgs, callerStreams, colors, watching],
    numbers,
  ]);
};

/** Returns the spec for a run; null if a working directory is not there. */
export const specFrom = ({ spec }: KnownPlan, runId: string, env: Preparation['env']): PodSpec | null => {
  const { processes, volumes, services, patterns, ...pod }: PlannedSpec = JSON.parse(
    spec.replaceAll(RUN, runId),
  );
  if (!processes.every(({ launch }) => launch.cwd === pod.folder || isFolder(launch.cwd))) return null;
  const whole = processes.map((process) => withShared(process, services, env));
  for (const pattern of patterns) putPattern(whole, pattern);
  return {
    ...pod,
    processes: new Map(whole.map((process) => [process.name, process])),
    volumes: new Map(volumes.map((volume) => [volume.name, volume])),
  };
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const withShared = (
  process: ProcessSpec,
  services: PlannedSpec['services'],
  inherited: Preparation['env'],
): ProcessSpec => {
  const { env } = process.launch;
  const shared = services[env.services as unknown as number] ?? {};
  const launch: LaunchSpec = { ...process.launch, env: { ...env, inherited, services: shared } };
  return { ...process, launch };
};

const putPattern = (
  processes: readonly ProcessSpec[],
  { process, probe, source, flags }: PlannedPattern,
): void => {
  Reflect.set(processes[process]?.[probe]?.target ?? {}, 'pattern', new RegExp(source, flags));
};
