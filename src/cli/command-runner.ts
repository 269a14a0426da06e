import type { Command } from 'commander';

/** Runs a command: it passes the words after `--` to the command and sets the exit code. */
export type CommandRunner = (work: (rest: readonly string[] | null) => Promise<number>) => Promise<void>;

/** Refuses words after `--`, for commands that run nothing of the user's. */
export const refusingRest =
  (command: Command, work: () => Promise<number>) =>
  async (rest: readonly string[] | null): Promise<number> =>
    rest === null ? work() : command.error("error: nothing may stand after '--' here");
