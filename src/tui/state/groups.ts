import type { ProcessSnapshot } from '../../control/pod-client.ts';

/** An app, or one of its instances, that takes a single row of the list. */
export interface Group {
  readonly label: string;
  /** The process that stands for it: its primary. */
  readonly head: ProcessSnapshot;
  readonly members: readonly ProcessSnapshot[];
}

type Processes = readonly ProcessSnapshot[];

const instanceId = ({ app, instance }: ProcessSnapshot): string => `${app}#${instance}`;

/** The closed group that a process is in, or null. */
export const closedGroupOf = (
  process: ProcessSnapshot,
  processes: Processes,
  closed: readonly string[],
): Group | null => {
  if (process.app === null) return null;
  if (closed.includes(process.app))
    return groupOf(
      process.app,
      processes.filter(({ app }) => app === process.app),
    );
  const id = instanceId(process);
  if (!closed.includes(id)) return null;
  const members = processes.filter((other) => instanceId(other) === id);
  return groupOf(`${process.app}-${process.instance}`, members);
};

const groupOf = (label: string, members: Processes): Group | null => {
  const head = members.find(({ role }) => role === 'primary') ?? members[0];
  return head === undefined ? null : { label, head, members };
};

/** Only the heads of closed groups, at the place of their first members. */
export const folded = (processes: Processes, closed: readonly string[]): Processes =>
  closed.length === 0
    ? processes
    : [...new Set(processes.map((process) => closedGroupOf(process, processes, closed)?.head ?? process))];

/** What is closed after one more press of the key: the instance of a process, then its app, then neither. */
export const foldFurther = (
  process: ProcessSnapshot,
  processes: Processes,
  closed: readonly string[],
): readonly string[] => {
  const { app } = process;
  if (app === null) return closed;
  if (closed.includes(app)) return unfolded(process, closed);
  const id = instanceId(process);
  const isOnly = processes.every((other) => other.app !== app || other.instance === process.instance);
  return isOnly || closed.includes(id) ? [...closed, app] : [...closed, id];
};

/** What stays closed when a process is to be seen. Other instances of its app stay closed. */
export const unfolded = (process: ProcessSnapshot, closed: readonly string[]): readonly string[] =>
  closed.filter((id) => id !== process.app && id !== instanceId(process));
