import type { LaunchFailure, LaunchPart, ProgramObstacle } from '../../model/failures/launch-failure.ts';
import type { NotStarted } from '../engines/command.ts';
import { findProgramObstacle } from './program-search.ts';

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
  if (folder === null) return notStarted(126, { kind: 'folder-missing', path: cwd });
  if (!folder.isDirectory()) return notStarted(126, { kind: 'not-a-folder', path: cwd });
  const isSearched = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM'].includes(code);
  const obstacle = isSearched ? findProgramObstacle(file, cwd, env) : null;
  return obstacle === null ? refused(attempted, code) : obstacleFound(file, obstacle);
};

const obstacleFound = (file: string, obstacle: ProgramObstacle): NotStarted =>
  notStarted(obstacle.kind === 'not-executable' || obstacle.kind === 'folder' ? 126 : 127, {
    kind: 'program',
    file,
    obstacle,
  });

const refused = (attempted: Attempted, code: string): NotStarted => {
  const { file } = attempted;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return obstacleFound(file, { kind: 'not-found' });
    case 'E2BIG':
      return notStarted(126, tooLong(attempted));
    default:
      return notStarted(126, { kind: 'refused', file, code });
  }
};

/** Either one text is too long, or all of them together are. */
const tooLong = ({ file, args, env }: Attempted): LaunchFailure => {
  const texts = [
    ...Object.entries(env).map(([name, value]) => sized({ kind: 'variable', name }, `${name}=${value}`)),
    ...args.map((text) => sized({ kind: 'argument' }, text)),
  ];
  const [longest] = texts.toSorted((one, other) => other.bytes - one.bytes);
  if (longest !== undefined && longest.bytes > LONGEST_TEXT)
    return { kind: 'text-too-long', file, ...longest, limit: LONGEST_TEXT };
  return { kind: 'texts-too-long', file, bytes: texts.reduce((sum, { bytes }) => sum + bytes, 0) };
};

const sized = (part: LaunchPart, text: string) => ({ part, bytes: Buffer.byteLength(text) + 1 });

export const notStarted = (code: 126 | 127, failure: LaunchFailure): NotStarted => ({
  kind: 'not-started',
  code,
  failure,
});
