import type { ProcessSnapshot } from '../../control/pod-client.ts';

/** An app, one of its instances, or what apps share: a heading in the list, with its processes below. */
export interface Group {
  /** `web`, `web#2`, or `#` for what apps share. */
  readonly id: string;
  readonly label: string;
  /** The process that stands for it, as its primary does. */
  readonly head: ProcessSnapshot;
  readonly members: Processes;
}

type Processes = readonly ProcessSnapshot[];

/** Groups by the names of their members: those of each process, the outermost first. */
export type Groups = ReadonlyMap<string, readonly Group[]>;

const NONE: readonly Group[] = [];
const KNOWN = new WeakMap<Processes, Groups>();

/** Many rows of one picture ask for their groups. */
export const groupsIn = (processes: Processes): Groups => {
  const known = KNOWN.get(processes);
  if (known !== undefined) return known;
  const groups = findGroups(processes);
  KNOWN.set(processes, groups);
  return groups;
};

/** A part of the pod that is all of it, or a single process, needs no heading. */
const findGroups = (processes: Processes): Groups => {
  const parts = Map.groupBy(processes, ({ app }) => app);
  return new Map(
    [...parts].flatMap(([app, members]) => {
      const whole = parts.size === 1 ? NONE : groupOf(app ?? SHARED, app ?? 'shared', members);
      return app === null ? entries(members, whole) : instancesOf(app, members, whole);
    }),
  );
};

const SHARED = '#';

const instancesOf = (app: string, members: Processes, whole: readonly Group[]): Entries => {
  const instances = Map.groupBy(members, ({ instance }) => instance);
  return [...instances].flatMap(([instance, own]) =>
    entries(own, [
      ...whole,
      ...(instances.size === 1 ? NONE : groupOf(`${app}#${instance}`, `${app}-${instance}`, own)),
    ]),
  );
};

type Entries = ReadonlyArray<readonly [name: string, groups: readonly Group[]]>;

const entries = (members: Processes, groups: readonly Group[]): Entries =>
  members.map(({ name }) => [name, groups]);

const groupOf = (id: string, label: string, members: Processes): readonly Group[] => {
  const head = members.find(({ role }) => role === 'primary') ?? members[0];
  return head === undefined || members.length === 1 ? NONE : [{ id, label, head, members }];
};

/** Groups that a process is in, the outermost first. */
export const groupsOf = (name: string | null, processes: Processes): readonly Group[] =>
  (name === null ? undefined : groupsIn(processes).get(name)) ?? NONE;

/** The group whose heading is selected, or null. */
export const selectedGroup = (
  { selected, heading }: { readonly selected: string | null; readonly heading: string | null },
  processes: Processes,
): Group | null =>
  groupsOf(selected, processes).find(({ id, head }) => id === heading && head.name === selected) ?? null;
