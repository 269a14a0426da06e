import type { LoadedConfig } from '../../config/resolve/loaded-config.ts';
import type { AppConfig } from '../../config/types.ts';
import type { PodSpec, ProbeSpec, ProcessSpec } from '../../model/pod-spec.ts';
import type { Preparation } from '../preparation.ts';
import {
  type KnownPlan,
  type PlannedPattern,
  type PlannedPod,
  type PlannedSpec,
  podKeyOf,
  RUN,
} from './known-plan.ts';
import type { ReadPod } from './messages.ts';

interface Resolved {
  readonly loaded: LoadedConfig;
  readonly pod: ReadPod;
  readonly spec: PodSpec;
  readonly specKey: string;
  readonly runId: string;
  /** True if a reference was filled with a variable, which may be a secret: those are never written. */
  readonly hasVariables: boolean;
}

/**
 * Returns the lines for the next start; none if the spec has more in it than a key can name: variables, the content of env
 * files, or what a container engine does.
 */
export const planOf = (preparation: Preparation, resolved: Resolved): KnownPlan | null => {
  const { loaded, pod, spec, specKey, runId, hasVariables } = resolved;
  const processes = [...spec.processes.values()];
  if (hasVariables || hasEnvFiles(loaded) || processes.some(dependsOnMore)) return null;
  const planned: PlannedPod = { name: pod.name, ports: pod.ports, desired: [...pod.desired] };
  const text = JSON.stringify(plannedSpec(spec, processes));
  // The number of a run is random. If the config has it too, nobody can tell the two apart.
  if (JSON.stringify(loaded.config).includes(runId)) return null;
  return {
    podKey: podKeyOf(preparation),
    pod: JSON.stringify(planned),
    specKey,
    spec: text.replaceAll(runId, RUN),
  };
};

const hasEnvFiles = ({ config }: LoadedConfig): boolean =>
  config.envFile !== undefined ||
  Object.values<AppConfig>(config.apps ?? {}).some(({ envFile }) => envFile !== undefined);

const dependsOnMore = ({ launch: { command, env } }: ProcessSpec): boolean =>
  command.kind === 'container' || env.files.length > 0 || env.podFiles.length > 0;

const plannedSpec = (spec: PodSpec, processes: readonly ProcessSpec[]): PlannedSpec => {
  const services = [...new Set(processes.map(({ launch }) => launch.env.services))];
  const planned = processes.map((process) => {
    const { env } = process.launch;
    const place = services.indexOf(env.services) as never;
    return { ...process, launch: { ...process.launch, env: { ...env, inherited: {}, services: place } } };
  });
  return {
    ...spec,
    processes: planned,
    volumes: [...spec.volumes.values()],
    services,
    patterns: processes.flatMap(patternsOf),
  };
};

const PROBES = ['startup', 'readiness', 'liveness'] as const;

const patternsOf = (process: ProcessSpec, index: number): readonly PlannedPattern[] =>
  PROBES.flatMap((probe) => {
    const pattern = patternOf(process[probe]);
    return pattern === null ? [] : [{ process: index, probe, source: pattern.source, flags: pattern.flags }];
  });

const patternOf = (probe: ProbeSpec | null): RegExp | null =>
  probe?.target.kind === 'log' && probe.target.pattern instanceof RegExp ? probe.target.pattern : null;
