import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import { runCommand } from '../../launch/run-command.ts';
import type { Wrap } from '../../launch/spawn.ts';
import type { Marks, ProcessTrees } from '../../process-tree/process-trees.ts';
import type { RunCommand } from '../command.ts';
import type { Environment } from '../workload.ts';

export interface CommandPlace {
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Environment;
  /** What is started in its place. */
  readonly wrap?: Wrap;
  /** Until then what something left running writes is read, and thrown away. Default: for ever. */
  readonly lifetime?: AbortSignal;
}

/** Runs commands with this mark, by which all that they start is ended when they are cut off. */
export const runMarked = (
  trees: Pick<ProcessTrees, 'mark' | 'rootOf' | 'kill'>,
  mark: string,
  place: CommandPlace,
): RunCommand => {
  const marks = (env: Environment): Marks => trees.mark(env, mark);
  const killTree = (pid: number) => trees.kill(trees.rootOf(pid, mark), () => false, KILL_AT_MOST);
  return (command, options) => runCommand({ ...options, ...place, command, mark: marks, killTree });
};
