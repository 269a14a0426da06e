import type { ReloadEntry, ReloadPlan } from '../model/planned-reload.ts';
import { type PodSpec, type ProcessSpec, primariesOf } from '../model/pod-spec.ts';
import type { StopReason } from '../model/reason.ts';
import type { Outcome } from './command.ts';
import { passSignal } from './on-change.ts';
import { type Departed, newRecord } from './pod-state.ts';
import { isLive, type ProcessRecord } from './process-state.ts';
import { desiredAfter, planReload } from './reload-plan.ts';
import { bringUp, FORGOTTEN, stop } from './requests.ts';
import type { Step } from './step.ts';
import { beginProcessStop, graceOf } from './stopping.ts';

/** Applies another spec: the desired state is replaced, and the differences are carried out. */
export const onReload = (step: Step, spec: PodSpec): Outcome => {
  if (step.pod.stop !== null) return { ok: false, because: 'pod-stops' };
  const plan = planReload(step.pod, spec);
  step.report({ type: 'reload', spec, plan });
  const processes = processesAfter(step, spec, plan);
  const primaries = primariesOf(spec);
  step.patchPod({ spec, primaries, ends: step.pod.ends.filter(({ app }) => primaries.includes(app)) });
  step.replace(processes.values());
  for (const entry of plan) carryOut(step, entry);
  return { ok: true, plan };
};

/** Processes of the new spec in its order, then those that are leaving. */
const processesAfter = (step: Step, spec: PodSpec, plan: ReloadPlan): Map<string, ProcessRecord> => {
  const restarted = new Set(plan.filter(({ action }) => action === 'restart').map(({ process }) => process));
  const processes = new Map<string, ProcessRecord>();
  for (const process of spec.processes.values()) {
    processes.set(process.name, recordAfter(step, process, restarted.has(process.name)));
  }
  for (const record of step.records()) {
    if (!processes.has(record.spec.name)) processes.set(record.spec.name, record);
  }
  return processes;
};

/** A process that is to go down stops with its old spec; `adoptSpecs` then gives it the new one. */
const recordAfter = (step: Step, process: ProcessSpec, isRestarted: boolean): ProcessRecord => {
  const record = step.find(process.name);
  if (record === undefined) return newRecord(process, step.now, step.pod.left.get(process.name));
  const desired = desiredAfter(step.pod, record, process);
  const goesDown = isRestarted || (isLive(record.state) && !desired);
  return goesDown ? { ...record, desired } : { ...record, desired, spec: process };
};

const carryOut = (step: Step, entry: ReloadEntry): void => {
  const { process: name, action } = entry;
  switch (action) {
    case 'start':
      return bringUp(step, name);
    case 'restart':
      step.patch(name, FORGOTTEN);
      return beginStop(step, name, reasonOf(entry));
    case 'stop':
      return step.pod.spec.processes.has(name)
        ? stop(step, name)
        : beginStop(step, name, { kind: 'removed' });
    case 'keep':
      return keepDown(step, entry);
    case 'update':
      return replaceFiles(step, entry);
    default:
      return action satisfies never;
  }
};

const replaceFiles = (step: Step, { process, because }: ReloadEntry): void => {
  const cause = because.find((each) => each.kind === 'files-replaced');
  if (cause === undefined) return;
  const { files, signals } = cause;
  const { generation } = step.record(process);
  step.commands.push({ type: 'replace-files', process, generation, files });
  for (const signal of signals) passSignal(step, process, signal, { files, count: files.length });
};

/** The process starts when its app does. */
const keepDown = (step: Step, { process: name, because }: ReloadEntry): void => {
  const { spec, state } = step.record(name);
  if (spec.app === null || state.is !== 'pending' || because[0]?.kind !== 'new') return;
  step.patch(name, { desired: false });
  step.transition(name, { is: 'stopped' }, { kind: 'app-ended', app: spec.app.primary });
};

const beginStop = (step: Step, name: string, reason: StopReason): void => {
  if (isLive(step.record(name).state)) beginProcessStop(step, name, reason, graceOf(step, name));
};

const reasonOf = ({ because }: ReloadEntry): StopReason => {
  const leader = because.find((cause) => cause.kind === 'restarts-with');
  return leader === undefined
    ? { kind: 'config-changed', because }
    : { kind: 'dependency-restarts', process: leader.process };
};

/** Gives processes that are down the spec of the current config, or removes them. */
export const adoptSpecs = (step: Step): void => {
  if (step.pod.stop !== null || !step.records().some((record) => isOutdated(step, record))) return;
  const processes = new Map<string, ProcessRecord>();
  const left = new Map(step.pod.left);
  for (const record of step.records()) {
    const { name } = record.spec;
    const next = step.pod.spec.processes.get(name);
    if (!isOutdated(step, record)) processes.set(name, record);
    else if (next !== undefined) processes.set(name, successor(step, record, next));
    else left.set(name, leave(step, record));
  }
  step.patchPod({ left });
  step.replace(processes.values());
};

const isOutdated = (step: Step, { spec, state }: ProcessRecord): boolean =>
  !isLive(state) && step.pod.spec.processes.get(spec.name) !== spec;

/** An end by itself just before a planned restart does not count: the process comes back with its new spec. */
const successor = (step: Step, record: ProcessRecord, spec: ProcessSpec): ProcessRecord => {
  const hasEnded = record.state.is === 'completed' || record.state.is === 'failed';
  return hasEnded && record.desired && record.survivors.length === 0
    ? { ...record, spec, state: { is: 'pending' }, since: step.now }
    : { ...record, spec };
};

const leave = (step: Step, { spec, state, generation, survivors }: ProcessRecord): Departed => {
  if (state.is === 'backoff') step.disarm(state.retry);
  if (state.is === 'backoff' || state.is === 'pending') {
    step.transition(spec.name, { is: 'stopped' }, { kind: 'removed' });
  }
  step.commands.push({ type: 'forget', process: spec.name });
  return { generation, survivors };
};
