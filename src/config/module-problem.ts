import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LoadingProblem, Position } from '../core/config-problem.ts';
import { isWrittenAsModule } from './module-syntax.ts';

/** Why a config that is code could not be evaluated, with the place in the user's file where it is known. */
export const moduleProblem = async (error: unknown, file: string): Promise<LoadingProblem> => {
  const { code } = Object(error) as NodeJS.ErrnoException;
  const message = messageOf(error);
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return { kind: 'not-erasable', message, at: caretIn(error, file) };
  if (error instanceof SyntaxError || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return { kind: 'syntax', message, at: caretIn(error, file) ?? (await positionByCheck(file)) };
  }
  return { kind: 'evaluation', message, at: positionOf(error, file) };
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The innermost frame of the stack that is in this file. */
export const positionOf = (error: unknown, file: string): Position | null => {
  if (!(error instanceof Error)) return null;
  for (const line of (error.stack ?? '').split('\n')) {
    const frame = /^\s+at .*?((?:file:\/\/)?[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (frame !== null && isFile(frame[1] ?? '', file))
      return { line: Number(frame[2]), column: Number(frame[3]) };
  }
  return null;
};

const isFile = (written: string, file: string): boolean => {
  const path = written.replace(/^(async|new) /, '').replace(/^.*\((?=file:|\/|[A-Z]:)/, '');
  return path.startsWith('file:') ? fileURLToPath(path.replace(/[?#].*$/, '')) === file : path === file;
};

/** Node puts `file:line`, the source line and a line of carets above the stack of a syntax error. */
const caretIn = (error: unknown, file: string): Position | null =>
  error instanceof Error ? caretInText(error.stack ?? '', file) : null;

const caretInText = (text: string, file: string): Position | null => {
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const head = /^(.+):(\d+)$/.exec(line);
    if (head === null || !isFile(head[1] ?? '', file)) continue;
    const carets = lines.slice(index + 1).find((following) => /^\s*\^+$/.test(following)) ?? '^';
    return { line: Number(head[2]), column: carets.indexOf('^') + 1 };
  }
  return null;
};

/**
 * V8 tells the place of a syntax error in an ES module only when it prints it, so a second Node is made to. By its path
 * a file would be taken for what its package says.
 */
const positionByCheck = (file: string): Promise<Position | null> =>
  new Promise((done) => {
    const { execFile } = process.getBuiltinModule('node:child_process');
    const onStdin = extname(file) === '.js' && isWrittenAsModule(file);
    const what = onStdin ? ['--input-type=module', '--check', '-'] : ['--check', file];
    const args = ['--disable-sigusr1', ...what];
    const node = execFile(process.execPath, args, { timeout: 10_000 }, (_error, _stdout, stderr) => {
      done(caretInText(onStdin ? stderr.replace(/^\[stdin\](?=:\d+$)/m, file) : stderr, file));
    });
    node.stdin?.on('error', () => undefined).end(onStdin ? readFileSync(file) : '');
  });
