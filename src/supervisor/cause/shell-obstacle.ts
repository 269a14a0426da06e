import type { ProgramFailure } from '../../model/failures/launch-failure.ts';
import { findProgramObstacle } from '../../runtime/launch/program-search.ts';

/**
 * Messages of shells that could not start a file: `sh: 1: ./run.sh: not found`, `bash: ./run.sh: Permission denied`.
 * Another program's message about a file that it reads (`cat: ./data/x: Permission denied`) is not one of them.
 */
const NOT_STARTED =
  /(?:^|: (?:line )?\d+: (?:exec: )?|\b(?:ba|da|a|k|z|fi)?sh: (?:exec: )?)([^\s:'"‘’]*\/[^\s:'"‘’]+): (?:not found|No such file or directory|Permission denied|cannot execute|required file not found)/;

/**
 * Finds the obstacle behind a file that a shell could not start, for which shells have one message whatever the reason;
 * null if there is no such message, or the file is fine by now.
 */
export const findShellObstacle = (
  lines: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): ProgramFailure | null => {
  const said = lines.findLast((line) => NOT_STARTED.test(line));
  const [, file] = said === undefined ? [] : (NOT_STARTED.exec(said) ?? []);
  if (file === undefined) return null;
  const obstacle = findProgramObstacle(file, cwd, env);
  return obstacle === null ? null : { kind: 'program', file, obstacle };
};
