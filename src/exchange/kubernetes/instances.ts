import { deepEqual } from '../../model/deep-equal.ts';
import type { Losses } from '../form/losses.ts';
import { INSTANCE } from './environment.ts';
import type { Kind, Process } from './export-options.ts';
import type { InsidePod } from './inside-pod.ts';
import type { Part } from './parts.ts';

/** Replicas are all the same: whatever is another one in each instance of an app is lost. */
export const reportInstances = (
  { processes, twins, volumes, replicas, name: part }: Part,
  kind: Kind,
  inside: InsidePod,
  losses: Losses,
): void => {
  if (replicas === 1) return;
  if (kind === 'pod') losses.of(null)(`a Pod is one instance of ${part}, not ${replicas}`, 'kind');
  const kept = volumes.filter(({ lifetime }) => lifetime === 'persist');
  for (const { name } of kind === 'statefulset' ? [] : kept)
    losses.of(null)(
      "all replicas have the same claim; '--kind statefulset' makes one for each",
      `volumes.${name}`,
    );
  for (const process of processes) {
    const twin = twins.find(({ name }) => name === process.name);
    const lost = losses.of(process.name);
    if (process.launch.env.injected[INSTANCE] !== undefined)
      lost('replicas have no number', `env.${INSTANCE}`);
    for (const field of twin === undefined ? [] : differences(process, twin, inside))
      lost('instances differ in it, and replicas do not; all have that of the first', field);
  }
};

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = ({
  launch,
  files,
  startup,
  readiness,
  liveness,
  postStart,
  preStop,
  mounts,
}: Process): Fields => ({
  ...{ command: launch.command, env: [launch.env.pod, launch.env.own], files, mounts },
  ...{ startup, readiness, liveness, postStart, preStop },
});

const differences = (process: Process, twin: Process, inside: InsidePod): readonly string[] => {
  const [one, other] = [process, twin].map((each) => {
    const seen = inside.seenBy(each.app?.instance ?? null);
    return seen.filled(fieldsOf(each)) as Fields;
  });
  return Object.keys(one ?? {}).filter((field) => !deepEqual(one?.[field], other?.[field]));
};

/** The variables of a replica, which has no number. */
export const withoutNumber = (process: Process): Process => {
  const { [INSTANCE]: _, ...injected } = process.launch.env.injected;
  const env = { ...process.launch.env, injected };
  return { ...process, launch: { ...process.launch, env } };
};
