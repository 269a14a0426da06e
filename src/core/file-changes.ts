import { deepEqual } from '../model/deep-equal.ts';
import type { FileSpec } from '../model/pod-spec.ts';
import { isStarted, isUp, type ProcessState } from './process-state.ts';

/** The effect of other files on a process. */
interface FileChanges {
  /** True where only a new instance can have them. */
  readonly restart: boolean;
  /** Names of the files that are replaced while the instance runs. */
  readonly replaced: readonly string[];
  /** Signals that are sent once the files are replaced. */
  readonly signals: readonly string[];
}

/**
 * Compares the files of a process with its next ones. A new or removed file takes a restart, because the process has the
 * paths of the others. A signal before the process has started might end it, so that takes a restart too.
 */
export const fileChanges = (
  was: readonly FileSpec[],
  is: readonly FileSpec[],
  state: ProcessState,
): FileChanges => {
  const before = new Map(was.map((file) => [file.name, file]));
  const isOtherSet = was.length !== is.length || is.some(({ name }) => !before.has(name));
  const changed = is.filter((file) => !isSameFile(before.get(file.name), file));
  const signals = changed.flatMap(({ onChange }) => (onChange.kind === 'signal' ? [onChange.signal] : []));
  const isTooEarly = signals.length > 0 && isUp(state) && !isStarted(state);
  return {
    restart: isOtherSet || isTooEarly || changed.some(({ onChange }) => onChange.kind === 'restart'),
    replaced: changed.map(({ name }) => name),
    signals: [...new Set(signals)],
  };
};

/** A new `onChange` alone changes nothing: it is for the next content. */
const isSameFile = (was: FileSpec | undefined, is: FileSpec): boolean =>
  was !== undefined && deepEqual({ ...was, onChange: null }, { ...is, onChange: null });
