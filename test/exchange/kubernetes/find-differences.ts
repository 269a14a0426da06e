import type { SymbolicPod } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import type { Pod, Process } from '../../../src/exchange/export/pod.ts';
import { deepEqual } from '../../../src/model/deep-equal.ts';

/** A field that two pods do not have in common. */
export interface Difference {
  /** Name of the process without the number of its instance, or null for the pod. */
  readonly process: string | null;
  readonly field: string;
  /** Process that is not waited for, which may have lost the reason. */
  readonly awaited?: string;
  readonly there: unknown;
  readonly back: unknown;
}

/**
 * Where a pod that has been exported and read again is another one. Kubernetes starts one container after the other, so more
 * may be waited for than before, and nothing less.
 */
export const findDifferences = (
  there: SymbolicPod['pod'],
  back: SymbolicPod['pod'],
): readonly Difference[] => {
  const [one, other] = [there as Pod, back as Pod];
  const left = [...one.processes.values()].filter(({ desired }) => desired);
  return [
    ...differing(null, fieldsOfPod(one), fieldsOfPod(other)),
    ...left.flatMap((process) => {
      const title = titleOf(process);
      const same = other.processes.get(String(process.name));
      if (same === undefined) return [{ process: title, field: '', there: 'there', back: 'gone' }];
      return [
        ...differing(title, fieldsOf(process, process), fieldsOf(same, process)),
        ...unmet(process, one, other),
      ];
    }),
    ...[...other.processes.keys()]
      .filter((name) => !one.processes.has(name))
      .map((name) => ({ process: String(name), field: '', there: 'none', back: 'there' })),
  ];
};

/** Instances of an app have the same names in Kubernetes. */
const titleOf = ({ name, app }: Process): string =>
  app === null ? String(name) : String(app.name) + String(name).slice(String(app.primary).length);

type Fields = Readonly<Record<string, unknown>>;

const differing = (process: string | null, there: Fields, back: Fields): readonly Difference[] =>
  Object.keys({ ...there, ...back })
    .filter((field) => !deepEqual(there[field], back[field]))
    .map((field) => ({ process, field, there: there[field], back: back[field] }));

const fieldsOfPod = ({ name, stop, volumes }: Pod): Fields => ({
  ...{ name, 'stop.grace': stop.grace, 'stop.minimumGrace': stop.minimumGrace },
  ...Object.fromEntries([...volumes].map(([volume, { lifetime }]) => [`volumes.${volume}`, lifetime])),
});

const fieldsOf = (process: Process, before: Process): Fields => {
  const { launch, role, app, ports, files, startup, liveness, postStart, preStop } = process;
  const { restart, essential, stop } = process;
  const command = launch.command.kind === 'container' ? launch.command : null;
  return {
    ...{ role, app: app?.name, essential, postStart, preStop },
    ...{ image: command?.image, pull: command?.pull, user: command?.user, workingDir: command?.workingDir },
    ...{
      command: command === null ? null : lineOf(command.entrypoint),
      args: command?.args,
      mounts: byPath(command?.mounts ?? []),
    },
    ...fieldsBy(
      'ports',
      ports,
      ({ name }) => name,
      ({ protocol }) => protocol,
    ),
    ...fieldsBy(
      'files',
      files,
      ({ name }) => name,
      ({ content, mode, secret }) => ({ content, mode, secret }),
    ),
    ...ofEnvironment(launch.env),
    ...ofProbe('startup', startup),
    ...ofReadiness(process, before),
    ...ofProbe('liveness', liveness),
    'restart.policy': restart.policy,
    'restart.limit': restart.limit,
    'restart.backoff': [restart.backoff, restart.resetAfter],
    ...{ 'stop.signal': stop.signal, 'stop.grace': stop.grace, 'stop.command': stop.command },
  };
};

const byPath = (mounts: readonly object[]): readonly object[] =>
  mounts.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

/** A line with arguments is the same as the shell with the line and the arguments. */
const lineOf = (
  command: Extract<Process['launch']['command'], { kind: 'container' }>['entrypoint'],
): unknown => {
  if (command === null) return null;
  return command.kind === 'shell' ? ['sh', '-c', command.line] : [command.file, ...command.args];
};

const fieldsBy = <T>(
  field: string,
  items: readonly T[],
  nameOf: (item: T) => unknown,
  fieldOf: (item: T) => unknown,
): Fields => Object.fromEntries(items.map((item) => [`${field}.${nameOf(item)}`, fieldOf(item)]));

/** Whether a variable is the process's or the pod's does not matter to the process. */
const ofEnvironment = ({ pod, own }: Process['launch']['env']): Fields =>
  Object.fromEntries(Object.entries({ ...pod, ...own }).map(([name, value]) => [`env.${name}`, value]));

/** What is read again asks a port, as every config does that says nothing else. */
const ofReadiness = ({ readiness }: Process, before: Process): Fields =>
  before.readiness === null && readiness?.target.kind === 'tcp' ? {} : ofProbe('readiness', readiness);

const ofProbe = (name: string, probe: Process['readiness']): Fields => {
  if (probe === null) return {};
  const { target, ...times } = probe;
  return {
    [`${name}.target`]: target,
    ...Object.fromEntries(Object.entries(times).map(([field, value]) => [`${name}.${field}`, value])),
  };
};

/** What a process waited for, and does not wait for any more. One without a readiness is ready when it has started. */
const unmet = (process: Process, there: Pod, back: Pod): readonly Difference[] =>
  process.dependsOn.flatMap(({ process: awaited, condition, restart, required }) => {
    const name = String(awaited);
    const title = titleOf(process);
    const other = there.processes.get(name);
    const called = other === undefined ? name : titleOf(other);
    const wanted = condition === 'ready' && other?.readiness === null ? 'started' : condition;
    const found = conditionsOn(name, waitsFor(String(process.name), back), back);
    const holds = found.length > 0 && (wanted === 'started' || found.every((each) => each === wanted));
    const waits = { process: title, there: { awaited: name, condition: wanted }, back: found };
    return [
      ...(holds ? [] : [{ ...waits, field: 'dependsOn', awaited: called }]),
      ...(restart
        ? [{ process: title, field: `dependsOn.${called}.restart`, there: true, back: false }]
        : []),
      ...(required
        ? []
        : [{ process: title, field: `dependsOn.${called}.required`, there: false, back: true }]),
    ];
  });

/** A process with all that it waits for, directly or not. */
const waitsFor = (name: string, pod: Pod): ReadonlySet<string> => {
  const found = new Set<string>();
  const look = (each: string): void => {
    if (found.has(each)) return;
    found.add(each);
    for (const { process } of pod.processes.get(each)?.dependsOn ?? []) look(String(process));
  };
  look(name);
  return found;
};

/** Conditions on which these processes wait for one. */
const conditionsOn = (name: string, among: ReadonlySet<string>, pod: Pod): readonly string[] =>
  [...among].flatMap((each) =>
    (pod.processes.get(each)?.dependsOn ?? [])
      .filter(({ process }) => String(process) === name)
      .map(({ condition }) => condition),
  );
