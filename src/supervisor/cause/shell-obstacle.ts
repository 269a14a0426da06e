import { obstacleText } from '../../runtime/launch/not-started.ts';
import { findProgramObstacle } from '../../runtime/launch/program-search.ts';

/**
 * How shells say that they could not start a file: `sh: 1: ./run.sh: not found`, `bash: ./run.sh: Permission denied`. What
 * another program says of a file that it reads (`cat: ./data/x: Permission denied`) is none of it.
 */
const NOT_STARTED =
  /(?:^|: (?:line )?\d+: (?:exec: )?|\b(?:ba|da|a|k|z|fi)?sh: (?:exec: )?)([^\s:'"‘’]*\/[^\s:'"‘’]+): (?:not found|No such file or directory|Permission denied|cannot execute|required file not found)/;

/**
 * What is in the way of a file that a shell was to start, which it tells with the same words whatever it is; null where
 * it says nothing of that kind, or the file is fine by now.
 */
export const findShellObstacle = (
  lines: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): string | null => {
  const said = lines.findLast((line) => NOT_STARTED.test(line));
  const [, file] = said === undefined ? [] : (NOT_STARTED.exec(said) ?? []);
  if (file === undefined) return null;
  const obstacle = findProgramObstacle(file, cwd, env);
  return obstacle === null ? null : obstacleText(file, obstacle);
};
