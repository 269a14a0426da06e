import type { NotStarted } from '../engines/command.ts';
import { findProgramObstacle, type ProgramObstacle } from './program-search.ts';

/** The command that was to be started. */
export interface Attempted {
  readonly file: string;
  readonly args: readonly string[];
  /** Absolute path. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Maximum size that Linux allows for one argument or variable, with its terminator. */
const LONGEST_TEXT = 128 * 1024;

/**
 * Explains a failed start: Node reports ENOENT for a missing folder, a missing program and a missing interpreter alike.
 */
export const explainNotStarted = async (
  attempted: Attempted,
  code = 'unknown error',
): Promise<NotStarted> => {
  const { file, cwd, env } = attempted;
  // Loaded late: it costs a start more than 1 ms, and is needed only after a failure.
  const { stat } = await import('node:fs/promises');
  const folder = await stat(cwd).catch(() => null);
  if (folder === null) return notStarted(126, `the folder is missing: ${cwd}`);
  if (!folder.isDirectory()) return notStarted(126, `not a folder: ${cwd}`);
  const isSearched = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'].includes(code);
  const obstacle = isSearched ? findProgramObstacle(file, cwd, env) : null;
  if (obstacle !== null) return obstacleFound(file, obstacle);
  return notStarted(code === 'ENOENT' || code === 'ENOTDIR' ? 127 : 126, messageFor(attempted, code));
};

const obstacleFound = (file: string, obstacle: ProgramObstacle): NotStarted =>
  notStarted(
    obstacle.kind === 'not-executable' || obstacle.kind === 'folder' ? 126 : 127,
    obstacleText(file, obstacle),
  );

/** States a fact without advice, which the caller adds. */
export const obstacleText = (file: string, obstacle: ProgramObstacle): string => {
  switch (obstacle.kind) {
    case 'not-found':
      return `command not found: ${file}`;
    case 'not-executable':
      return `not executable: ${file}`;
    case 'folder':
      return `not executable, as it is a folder: ${file}`;
    case 'dangling':
      return `${file} is a symlink to what is not there: ${obstacle.target}`;
    case 'windows-lines':
      return `${file} has Windows line endings, so its interpreter is not found`;
    case 'interpreter-missing':
      return `${file} is there, but its interpreter is not: ${obstacle.interpreter}`;
    case 'loader-missing':
      return `${file} is there, but what loads it is not: ${obstacle.loader}`;
    default:
      return obstacle satisfies never;
  }
};

const messageFor = (attempted: Attempted, code: string): string => {
  const { file } = attempted;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `command not found: ${file}`;
    case 'EACCES':
    case 'EPERM':
      return `not permitted to execute: ${file}`;
    case 'E2BIG':
      return tooLong(attempted);
    case 'EAGAIN':
      return `this user may not start more processes (EAGAIN): ${file}`;
    // The descriptor's number in the process is above the limit.
    case 'EBADF':
    case 'EMFILE':
      return `sidecarctl has too many files open to start it (${code}): ${file}`;
    case 'ENFILE':
      return `the system has too many files open to start it (ENFILE): ${file}`;
    case 'ENOMEM':
      return `there is not enough memory to start it (ENOMEM): ${file}`;
    case 'ETXTBSY':
      return `it is being written to right now (ETXTBSY): ${file}`;
    case 'ENOEXEC':
      return `not a program for this system (ENOEXEC): ${file}`;
    case 'ELOOP':
      return `its symlinks form a loop (ELOOP): ${file}`;
    default:
      return `cannot start ${file}: ${code}`;
  }
};

/** Either one text is too long, or all of them together are. */
const tooLong = ({ file, args, env }: Attempted): string => {
  const texts = [
    ...Object.entries(env).map(([name, value]) => [`the variable ${name}`, `${name}=${value}`] as const),
    ...args.map((text) => ['an argument', text] as const),
  ].map(([what, text]) => ({ what, bytes: Buffer.byteLength(text) + 1 }));
  const [longest] = texts.toSorted((one, other) => other.bytes - one.bytes);
  const sum = texts.reduce((total, { bytes }) => total + bytes, 0);
  const because =
    longest !== undefined && longest.bytes > LONGEST_TEXT
      ? `${longest.what} has ${longest.bytes} bytes, but the system allows ${LONGEST_TEXT}`
      : `all arguments and variables together have ${sum} bytes`;
  return `${file} cannot be given that much (E2BIG): ${because}`;
};

/** `where`: the part that contains a NUL character. */
export const holdsNul = (file: string, where: string): NotStarted =>
  notStarted(126, `cannot start ${file.replaceAll('\0', '')}: ${where} contains a NUL character`);

const notStarted = (code: 126 | 127, message: string): NotStarted => ({ kind: 'not-started', code, message });
