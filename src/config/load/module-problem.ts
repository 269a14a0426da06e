import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMessage } from '../../model/error-message.ts';
import type { LoadingProblem, Position } from '../../model/failures/config-problem.ts';
import { isWrittenAsModule } from './module-syntax.ts';

/** Describes why a config that is code could not be evaluated, with the place in the user's file if it is known. */
export const moduleProblem = async (error: unknown, file: string): Promise<LoadingProblem> => {
  const code = codeOf(error);
  const message = errorMessage(error);
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
    return { kind: 'not-erasable', message, at: caretIn(error, file) };
  if (error instanceof SyntaxError || code === 'ERR_INVALID_TYPESCRIPT_SYNTAX') {
    return { kind: 'syntax', message, at: caretIn(error, file) ?? (await positionByCheck(file)) };
  }
  return { kind: 'evaluation', message, at: positionOf(error, file) };
};

/** The time to search for frames grows with the square of a line's length. */
const STACK_LIMIT = 10_000;

const codeOf = (error: unknown): unknown => {
  try {
    return (Object(error) as NodeJS.ErrnoException).code;
  } catch {
    return undefined;
  }
};

const stackOf = (error: unknown): string => {
  try {
    const stack = error instanceof Error ? error.stack : '';
    return typeof stack === 'string' ? stack.slice(0, STACK_LIMIT) : '';
  } catch {
    return '';
  }
};

/** True if code in one of these files has thrown it. Our own code throws only errors. */
export const isFrom = (error: unknown, files: readonly string[]): boolean => {
  if (!(error instanceof Error)) return true;
  const frames = stackOf(error).split('\n');
  return files.some((file) => frames.some((line) => line.includes(file) && positionOf(error, file) !== null));
};

/** Innermost frame of the stack in this file. */
export const positionOf = (error: unknown, file: string): Position | null => {
  for (const line of stackOf(error).split('\n')) {
    const frame = /^\s+at .*?((?:file:\/\/)?[^()]*?):(\d+):(\d+)\)?$/.exec(line);
    if (frame !== null && isFile(frame[1] ?? '', file))
      return { line: Number(frame[2]), column: Number(frame[3]) };
  }
  return null;
};

const isFile = (written: string, file: string): boolean => {
  const path = written.replace(/^(async|new) /, '').replace(/^.*\((?=file:|\/|[A-Z]:)/, '');
  return path.startsWith('file:') ? pathOf(path) === file : path === file;
};

/** Path of a URL, or null: a stack is text, which anybody may have written. */
const pathOf = (url: string): string | null => {
  try {
    return fileURLToPath(url.replace(/[?#].*$/, ''));
  } catch {
    return null;
  }
};

/** Node puts `file:line`, the source line and a line of carets above the stack of a syntax error. */
const caretIn = (error: unknown, file: string): Position | null => caretInText(stackOf(error), file);

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
 * V8 reveals the place of a syntax error in an ES module only when it prints it, so a second Node has to. The source is
 * passed without its path, because Node would take the file for what its package says.
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
