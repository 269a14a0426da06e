import { KILL_AT_MOST } from '../../../core/kill-bounds.ts';
import { runCommand } from '../../launch/run-command.ts';
import type { Wrap } from '../../launch/spawn.ts';
import type { Marks, ProcessTrees } from '../../process-tree/process-trees.ts';
import type { RunCommand } from '../command.ts';
import type { Environment } from '../workload.ts';

export interface CommandPlace {
  /** Absolute path. */
  readonly cwd: string;
  /** Whole environment: nothing is inherited. */
  readonly env: Environment;
  /** Program to start in place of the command. */
  readonly wrap?: Wrap;
  /** Ends the reading of what leftovers write. Default: never. */
  readonly lifetime?: AbortSignal;
}

/** Runs commands with a mark, which identifies everything that they start when they are cut off. */
export const runMarked = (
  trees: Pick<ProcessTrees, 'mark' | 'rootOf' | 'kill'>,
  mark: string,
  place: CommandPlace,
): RunCommand => {
  const marks = (env: Environment): Marks => trees.mark(env, mark);
  const killTree = (pid: number) => trees.kill(trees.rootOf(pid, mark), () => false, KILL_AT_MOST);
  return (command, options) => runCommand({ ...options, ...place, command, mark: marks, killTree });
};
