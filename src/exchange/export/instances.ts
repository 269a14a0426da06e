import { deepEqual } from '../../model/deep-equal.ts';
import { INSTANCE } from './environment.ts';
import type { Process } from './pod.ts';

/** All values of a process as the given instance sees them. */
type Seen = (value: unknown, instance: number | null) => unknown;

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
  isolation,
}: Process): Fields => ({
  ...{ command: withoutMounts(launch.command), env: [launch.env.pod, launch.env.own], files },
  mounts: [
    ...(launch.command.kind === 'container' ? launch.command.mounts : []),
    ...mounts,
    ...(isolation?.mounts ?? []),
  ].map(({ name: _, ...place }) => place),
  ...{ startup, readiness, liveness, postStart, preStop },
});

/** A volume of an instance has its number in its name; what it is mounted from says more. */
const withoutMounts = (command: Process['launch']['command']): object => ({ ...command, mounts: [] });

/** Fields that are not the same in another instance of an app. */
export const differences = (process: Process, twin: Process, seen: Seen): readonly string[] => {
  const [one, other] = [process, twin].map(
    (each) => seen(fieldsOf(each), each.app?.instance ?? null) as Fields,
  );
  return Object.keys(one ?? {}).filter((field) => !deepEqual(one?.[field], other?.[field]));
};

/** The variables of a replica, which has no number. */
export const withoutNumber = (process: Process): Process => {
  const { [INSTANCE]: _, ...injected } = process.launch.env.injected;
  const env = { ...process.launch.env, injected };
  return { ...process, launch: { ...process.launch, env } };
};
