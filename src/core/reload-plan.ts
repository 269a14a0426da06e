import { deepEqual } from '../model/deep-equal.ts';
import type {
  ChangedField,
  ReloadAction,
  ReloadCause,
  ReloadEntry,
  ReloadPlan,
} from '../model/planned-reload.ts';
import {
  LAUNCH_ON_EDIT,
  type LaunchSpec,
  ON_EDIT,
  type OnEdit,
  type PodSpec,
  type ProcessSpec,
} from '../model/pod-spec.ts';
import { fileChanges } from './file-changes.ts';
import { hasEnded, type PodState } from './pod-state.ts';
import { isLive, isUp, type ProcessRecord } from './process-state.ts';

type Fields = ReadonlyArray<keyof typeof ON_EDIT>;
const fieldsThat = (onEdit: OnEdit): Fields =>
  (Object.keys(ON_EDIT) as (keyof typeof ON_EDIT)[]).filter((field) => ON_EDIT[field] === onEdit);

const BAKED_IN = fieldsThat('restart');
const LOOKED_AT = fieldsThat('update');

/**
 * Returns what a reload with this spec would do to a running pod: the reload does exactly that.
 *
 * @example
 * planReload(pod, spec).filter(({ action }) => action === 'restart').map(({ process }) => process);
 */
export const planReload = (pod: PodState, spec: PodSpec): ReloadPlan => {
  const entries = [...spec.processes.values()].map((process) => entryFor(pod, spec, process));
  const leaving = [...pod.spec.processes.keys()].filter((name) => !spec.processes.has(name));
  return [
    ...withFollowers(pod, spec, entries),
    ...leaving.map((process): ReloadEntry => ({ process, action: 'stop', because: [{ kind: 'removed' }] })),
  ];
};

const entryFor = (pod: PodState, spec: PodSpec, process: ProcessSpec): ReloadEntry => {
  const { name } = process;
  const record = pod.processes.get(name);
  if (record === undefined) {
    const starts = process.desired && !isOfEndedApp(pod, process);
    return { process: name, action: starts ? 'start' : 'keep', because: [{ kind: 'new' }] };
  }
  const desired = desiredAfter(pod, record, process);
  if (record.desired && !desired) {
    return { process: name, action: 'stop', because: [{ kind: 'disabled' }] };
  }
  if (hasDoneItsWork(record) && process.role === 'init') return entryForDone(record, process, desired);
  const causes = restartCauses(pod, spec, record, process);
  const because = record.desired === desired ? causes : [{ kind: 'enabled' } as const, ...causes];
  if (because.length === 0) return unrestarted(record, process);
  return { process: name, action: desired ? upAgain(record, causes) : 'update', because };
};

const hasDoneItsWork = ({ spec, state }: ProcessRecord): boolean =>
  spec.role === 'init' && state.is === 'completed';

/**
 * A completed init task runs again only if its own work changes: an edit of the pod's `env`, or of another process, is
 * no reason.
 */
const entryForDone = (record: ProcessRecord, process: ProcessSpec, desired: boolean): ReloadEntry => {
  const fields = [...workChanges(record.spec, process), ...filesForRestart(record, process)];
  if (fields.length === 0 || !desired) return unrestarted(record, process, [...BAKED_IN, ...LOOKED_AT]);
  return { process: process.name, action: 'start', because: [{ kind: 'changed', fields }] };
};

const workChanges = ({ launch: was }: ProcessSpec, { launch: is }: ProcessSpec): ChangedField[] => {
  const launch = (Object.keys(LAUNCH_ON_EDIT) as (keyof LaunchSpec)[]).filter(
    (field) => LAUNCH_ON_EDIT[field] === 'init' && !deepEqual(was[field], is[field]),
  );
  return [...launch, ...(deepEqual(was.env.files, is.env.files) ? [] : ['envFile' as const])];
};

const filesForRestart = ({ spec, state }: ProcessRecord, process: ProcessSpec): ChangedField[] =>
  fileChanges(spec.files, process.files, state).restart ? ['files'] : [];

const upAgain = ({ state, survivors }: ProcessRecord, causes: readonly ReloadCause[]): ReloadAction => {
  // A process with survivors stays down, whatever has been edited, until it is started by name.
  if (!isLive(state)) return survivors.length > 0 ? 'update' : 'start';
  return causes.length === 0 ? 'update' : 'restart';
};

/** A new process of an app that has ended starts when the app does. */
const isOfEndedApp = (pod: PodState, { app }: ProcessSpec): boolean =>
  app !== null && hasEnded(pod, app.primary);

/** The config decides if its setting has changed; otherwise the last request does. */
export const desiredAfter = (pod: PodState, record: ProcessRecord, process: ProcessSpec): boolean => {
  const said = pod.spec.processes.get(process.name)?.desired;
  if (said === undefined && isOfEndedApp(pod, process)) return false;
  return said === process.desired ? record.desired : process.desired;
};

const unrestarted = (record: ProcessRecord, process: ProcessSpec, looked = LOOKED_AT): ReloadEntry => {
  const { spec } = record;
  const fields = looked.filter((field) => !deepEqual(spec[field], process[field]));
  const because: ReloadCause[] = [
    ...(fields.length === 0 ? [] : [{ kind: 'changed', fields } as const]),
    ...replacedFiles(record, process),
  ];
  return { process: process.name, action: because.length === 0 ? 'keep' : 'update', because };
};

/** A process that is down gets its files at its next launch. */
const replacedFiles = ({ spec, state }: ProcessRecord, process: ProcessSpec): ReloadCause[] => {
  const { replaced: files, signals } = fileChanges(spec.files, process.files, state);
  if (files.length === 0) return [];
  return isUp(state)
    ? [{ kind: 'files-replaced', files, signals }]
    : [{ kind: 'changed', fields: ['files'] }];
};

const restartCauses = (
  pod: PodState,
  spec: PodSpec,
  record: ProcessRecord,
  process: ProcessSpec,
): ReloadCause[] => {
  const fields = [...bakedInChanges(record.spec, process), ...filesForRestart(record, process)];
  return [
    ...(fields.length === 0 ? [] : [{ kind: 'changed', fields } as const]),
    ...process.dependsOn
      .filter((dependency) => hasOtherPorts(pod, spec, dependency.process))
      .map((dependency) => ({ kind: 'ports-of', process: dependency.process }) as const),
    ...movedVolumes(pod, spec).map((volume) => ({ kind: 'volume-moved', volume }) as const),
  ];
};

/**
 * Injected variables are left out: each process has those of all others, and would restart whenever another one comes
 * or goes. Its own ports are compared as fields, and the ports of its dependencies separately.
 */
const bakedInChanges = (was: ProcessSpec, is: ProcessSpec): ChangedField[] => {
  const fields: ChangedField[] = BAKED_IN.filter((field) => !deepEqual(was[field], is[field]));
  const { launch } = was;
  for (const field of Object.keys(LAUNCH_ON_EDIT) as (keyof LaunchSpec)[]) {
    if (LAUNCH_ON_EDIT[field] !== 'apart' && !deepEqual(launch[field], is.launch[field])) fields.push(field);
  }
  const { injected: _, services: _s, withoutServices: _w, ...env } = launch.env;
  const { injected: __, services: __s, withoutServices: __w, ...nextEnv } = is.launch.env;
  if (!deepEqual(env, nextEnv)) fields.push('env');
  return fields;
};

const hasOtherPorts = (pod: PodState, spec: PodSpec, name: string): boolean => {
  const was = pod.spec.processes.get(name);
  const is = spec.processes.get(name);
  return was !== undefined && is !== undefined && !deepEqual(was.ports, is.ports);
};

/** Every process has the volumes' paths in its environment. */
const movedVolumes = (pod: PodState, spec: PodSpec): string[] =>
  [...spec.volumes.values()]
    .filter(({ name, path }) => (pod.spec.volumes.get(name)?.path ?? path) !== path)
    .map(({ name }) => name);

/** Goes through the processes in start order, so that one pass finds the followers of followers. */
const withFollowers = (
  pod: PodState,
  spec: PodSpec,
  entries: readonly ReloadEntry[],
): readonly ReloadEntry[] => {
  const leaders = new Set<string>();
  return entries.map((entry) => {
    const record = pod.processes.get(entry.process);
    if (record === undefined) return entry;
    const followed = spec.processes
      .get(entry.process)
      ?.dependsOn.find(({ process, restart }) => restart && leaders.has(process));
    const follows = followed !== undefined && isUp(record.state) && !isMoved(entry);
    if (follows || (isMoved(entry) && entry.action !== 'stop')) leaders.add(entry.process);
    if (!follows) return entry;
    const because = [...entry.because, { kind: 'restarts-with', process: followed.process } as const];
    return { ...entry, action: 'restart', because };
  });
};

const isMoved = ({ action }: ReloadEntry): boolean =>
  action === 'start' || action === 'restart' || action === 'stop';
