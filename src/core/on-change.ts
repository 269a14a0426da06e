import type { FileChange } from '../model/reason.ts';
import type { Changed } from './core-event.ts';
import { restartDependents } from './lifecycle.ts';
import { isLive, isStarted } from './process-state.ts';
import { bringUp, FORGOTTEN } from './requests.ts';
import type { Step } from './step.ts';
import { beginProcessStop, graceOf } from './stopping.ts';

/** Sends a process the signal that tells it of changed files. */
export const passSignal = (step: Step, name: string, signal: string, change: FileChange): void => {
  const { generation } = step.record(name);
  step.report({ type: 'signalled', name, signal, ...change });
  step.commands.push({ type: 'pass-signal', process: name, generation, signal });
};

/**
 * Watched files have changed: the process is restarted, or gets its signal. A crashed process starts without waiting
 * for its back-off, because the change may be the repair. One that was stopped by hand stays down. A completed init
 * task is watched for its env files only, and runs again when they change.
 */
export const onChange = (step: Step, { process: name, files, count, signal }: Changed): void => {
  const record = step.find(name);
  if (step.pod.stop !== null || record === undefined || !record.desired) return;
  const { state } = record;
  if (signal !== null && isStarted(state)) return passSignal(step, name, signal, { files, count });
  restartDependents(step, name);
  if (!isLive(state)) return bringUp(step, name);
  step.patch(name, FORGOTTEN);
  beginProcessStop(step, name, { kind: 'files-changed', files, count }, graceOf(step, name));
};
