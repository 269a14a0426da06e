import type { Command } from 'commander';

/** A command that is to be carried out: it takes what stands after `--` and gives the exit code. */
export type CommandRunner = (work: (rest: readonly string[] | null) => Promise<number>) => Promise<void>;

/** For commands that run nothing of the user's: words after `--` are a mistake, not to be passed over. */
export const refusingRest =
  (command: Command, work: () => Promise<number>) =>
  async (rest: readonly string[] | null): Promise<number> =>
    rest === null ? work() : command.error("error: nothing may stand after '--' here");
