import type { ProcessSpec } from '../model/pod-spec.ts';
import type { Refreshed } from './core-event.ts';
import { onChange } from './on-change.ts';
import type { ProcessRecord } from './process-state.ts';
import type { Step } from './step.ts';

/**
 * A process has rendered files anew. Each process that reads one of them, or is to be told, is restarted or gets its
 * signal, as after a change of watched files. `'none'` is for those that look at the file themselves.
 */
export const onRefreshed = (step: Step, event: Refreshed): void => {
  for (const spec of step.pod.spec.processes.values()) passOn(step, spec, event);
};

const passOn = (step: Step, { name, refreshes }: ProcessSpec, { process: by, files }: Refreshed): void => {
  const record = step.find(name);
  const meant = refreshes.filter(
    (each) => each.by === by && (each.file === null || files.includes(each.file)),
  );
  if (record === undefined || meant.length === 0 || hasDoneItsWork(record)) return;
  const changed = meant.some(({ file }) => file === null)
    ? files
    : files.filter((file) => meant.some((each) => each.file === file));
  const change = { type: 'change', process: name, files: changed, count: changed.length } as const;
  const actions = meant.map(({ onChange: action }) => action);
  const signals = new Set(actions.flatMap((action) => (action.kind === 'signal' ? [action.signal] : [])));
  if (actions.some(({ kind }) => kind === 'restart')) return onChange(step, { ...change, signal: null });
  for (const signal of signals) onChange(step, { ...change, signal });
};

/** Neither an init task runs again for a new file, nor an app that has ended. */
const hasDoneItsWork = ({ spec, state }: ProcessRecord): boolean =>
  state.is === 'completed' || (state.is === 'failed' && spec.role !== 'sidecar' && !spec.waitsForChange);
