import type { DependencySpec, PodSpec, ProbeSpec } from '../../src/model/pod-spec.ts';
import type { Role } from '../../src/model/vocabulary.ts';
import { type ProcessDescription, podSpec } from './pod-spec.ts';
import type { Random } from './random.ts';

/** A pod of up to eight processes with any mixture of what a process can have. */
export const randomPod = (random: Random): PodSpec => {
  const below = ['a', 'b', 'c', 'd'].slice(0, random.upTo(4));
  const above = ['x', 'y', 'z'].slice(0, random.upTo(3));
  const names = [...below, 'app', ...above];
  const pod = names.map((name, index) => [name, randomProcess(random, name, names.slice(0, index))] as const);
  return podSpec(Object.fromEntries(pod), { grace: random.pick([0, 5_000, 10_000]), minimumGrace: 2_000 });
};

const randomProcess = (random: Random, name: string, earlier: readonly string[]): ProcessDescription => {
  const role = roleOf(random, name);
  const some = <T>(probability: number, value: () => T): T | undefined =>
    random.chance(probability) ? value() : undefined;
  return withoutUndefined({
    role,
    desired: random.chance(0.9),
    dependsOn: earlier.filter(() => random.chance(0.5)).map((process) => randomDependency(random, process)),
    startup: some(0.3, () => randomProbe(random, 5)),
    readiness: some(0.5, () => randomProbe(random, 2)),
    liveness: some(0.3, () => ({
      ...randomProbe(random, 2),
      target: { kind: 'tcp', host: '', port: 1 } as const,
    })),
    postStart: some(0.2, () => true as const),
    preStop: some(0.3, () => true as const),
    restart: {
      policy: random.pick(['always', 'always', 'always', 'on-failure', 'never'] as const),
      limit: random.chance(0.15) ? { restarts: random.upTo(3), within: 30_000 } : null,
    },
    essential: random.chance(0.05),
    stop: {
      grace: random.chance(0.2) ? random.pick([0, 500, 60_000]) : null,
      command: random.chance(0.2) ? ({ kind: 'shell', line: 'stop' } as const) : null,
    },
  });
};

const roleOf = (random: Random, name: string): Role => {
  if (name === 'app') return 'primary';
  return random.chance(0.25) ? 'init' : 'sidecar';
};

const randomDependency = (
  random: Random,
  process: string,
): Partial<DependencySpec> & { process: string } => ({
  process,
  restart: random.chance(0.3),
  required: random.chance(0.8),
  ...(random.chance(0.3) ? { condition: 'started' as const } : {}),
});

const randomProbe = (random: Random, failureThreshold: number): Partial<ProbeSpec> => ({
  target: random.chance(0.3) ? { kind: 'log', pattern: 'up' } : { kind: 'tcp', host: '', port: 1 },
  initialDelay: random.pick([0, 0, 300]),
  successThreshold: random.pick([1, 1, 2]),
  failureThreshold,
  grace: random.chance(0.2) ? random.pick([500, 30_000]) : null,
});

const withoutUndefined = (description: Record<string, unknown>): ProcessDescription =>
  Object.fromEntries(Object.entries(description).filter(([, value]) => value !== undefined));
