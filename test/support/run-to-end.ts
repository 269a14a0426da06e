import { CommandLine, type StartedAs } from './command-line.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One run of the built command, from its start to its end. */
export const runToEnd = async (
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  command?: StartedAs,
): Promise<Outcome> => {
  await using cli = new CommandLine(args, cwd, env, command);
  const code = await cli.exitCode();
  return { code, stdout: cli.stdout, stderr: cli.stderr };
};
