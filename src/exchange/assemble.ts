import type { Fields, FoundDependency, FoundPod, FoundProcess, Value } from './found-pod.ts';
import { toLabels } from './label.ts';

export type Role = 'init' | 'sidecar' | 'primary';

/** A process in the form in which it is written to the config. */
export interface WrittenProcess {
  readonly label: string;
  readonly role: Role;
  readonly comments: readonly string[];
  readonly fields: Fields;
}

export interface WrittenPod {
  readonly name: string | undefined;
  readonly fields: Fields;
  readonly processes: readonly WrittenProcess[];
  readonly leftOut: readonly string[];
  readonly remarks: readonly string[];
}

/** Gives every process its role and its name, and converts the dependencies that were found. */
export const assemble = (pod: FoundPod, primary: string): WrittenPod => {
  const labels = toLabels(pod.processes.map(({ name }) => name));
  const label = (name: string): string => labels.get(name) ?? name;
  const sound = withoutWaitingForPrimary(pod, primary);
  const roles = new Map(sound.processes.map((process) => [process.name, roleOf(process, primary)]));
  return {
    name: pod.name === undefined || pod.name === '' ? undefined : pod.name,
    fields: pod.fields,
    processes: sound.processes.map((process) => {
      const role = roleOf(process, primary);
      const renamed = label(process.name) === process.name ? [] : [`'${process.name}' in ${pod.source}`];
      return {
        label: label(process.name),
        role,
        comments: [...process.comments, ...renamed],
        fields: {
          ...withoutDefaults(process.fields, role),
          dependsOn: dependencies(process.dependsOn, roles, label),
        },
      };
    }),
    leftOut: sound.leftOut,
    remarks: pod.remarks,
  };
};

const roleOf = ({ name, runsOnce }: FoundProcess, primary: string): Role =>
  name === primary ? 'primary' : runsOnce ? 'init' : 'sidecar';

/** Drops dependencies on the primary, unless a sidecar waits for it to start: nothing else can wait for it. */
const withoutWaitingForPrimary = (pod: FoundPod, primary: string): FoundPod => {
  const leftOut = [...pod.leftOut];
  const processes = pod.processes.map((process) => ({
    ...process,
    dependsOn: process.dependsOn.filter((dependency) => {
      const isWrong =
        dependency.process === primary && (process.runsOnce || dependency.condition === 'completed');
      if (isWrong) leftOut.push(`${process.name}: it waits for ${primary}, but the pod ends with ${primary}`);
      return !isWrong;
    }),
  }));
  return { ...pod, processes, leftOut };
};

/** Drops fields that have their default value. */
const withoutDefaults = (fields: Fields, role: Role): Fields => {
  const { restart, ...rest } = fields;
  const isDefault = restart === (role === 'sidecar' ? 'always' : 'never');
  return isDefault || restart === undefined ? rest : { ...rest, restart };
};

const dependencies = (
  found: readonly FoundDependency[],
  roles: ReadonlyMap<string, Role>,
  label: (name: string) => string,
): Value | undefined => {
  if (found.length === 0) return undefined;
  const usual = (process: string) => (roles.get(process) === 'init' ? 'completed' : 'ready');
  const isUsual = ({ process, condition = usual(process), restart, required }: FoundDependency): boolean =>
    condition === usual(process) && restart === undefined && required === undefined;
  if (found.every(isUsual)) return found.map(({ process }) => label(process));
  return Object.fromEntries(
    found.map(({ process, condition = usual(process), restart, required }) => [
      label(process),
      restart === undefined && required === undefined ? condition : { condition, restart, required },
    ]),
  );
};
