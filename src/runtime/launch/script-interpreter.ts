import { closeSync, openSync, readSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { ScriptObstacle } from '../../model/failures/launch-failure.ts';

/** Linux reads no more of a script's first line. A compiled program names its loader in its first bytes. */
const FIRST_BYTES = 4096;
const FIRST_LINE_BYTES = 256;
const PT_INTERP = 3;

type Exists = (path: string) => boolean;

/**
 * Returns the obstacle to an executable file, or null. `isCommand`: whether a name is found on PATH, for
 * `#!/usr/bin/env node`.
 */
export const interpreterObstacle = (
  path: string,
  cwd: string,
  isProgram: Exists,
  isCommand: Exists,
): ScriptObstacle | null => {
  const bytes = firstBytes(path);
  if (bytes.toString('latin1', 0, 4) === '\u007fELF') return loaderObstacle(path, bytes, isProgram);
  const [line = ''] = bytes.toString('latin1', 0, FIRST_LINE_BYTES).split('\n');
  if (!line.startsWith('#!')) return null;
  if (line.endsWith('\r')) return { kind: 'windows-lines', path };
  const [interpreter = '', ...words] = line
    .slice(2)
    .trim()
    .split(/[ \t]+/);
  if (interpreter !== '' && !isProgram(resolve(cwd, interpreter)))
    return { kind: 'interpreter-missing', path, interpreter };
  const asked = basename(interpreter) === 'env' ? askedOfEnv(words) : null;
  return asked === null || isCommand(asked)
    ? null
    : { kind: 'interpreter-missing', path, interpreter: asked };
};

/**
 * True if a file that the kernel refuses is a program for another system, and not a script: a shell would read its
 * bytes as commands. Like bash, this takes a file for text if its first line has no NUL.
 */
export const isCompiled = (path: string): boolean => {
  const bytes = firstBytes(path);
  if (bytes.toString('latin1', 0, 4) === '\u007fELF') return true;
  const end = bytes.indexOf('\n');
  return bytes.subarray(0, end === -1 ? undefined : end).includes(0);
};

/** Command that env runs; null if options or variables of env come first. */
const askedOfEnv = ([first = '', ...rest]: readonly string[]): string | null => {
  const word = first === '-S' ? rest[0] : first;
  return word === undefined || word === '' || /^-|=/.test(word) ? null : word;
};

/** Checks ELF, 64 bits, little-endian, as Node itself is on nearly every machine. */
const loaderObstacle = (path: string, bytes: Buffer, exists: Exists): ScriptObstacle | null => {
  const isUsual = bytes.length >= 64 && bytes[4] === 2 && bytes[5] === 1;
  if (!isUsual) return null;
  const [at, size, count] = [
    Number(bytes.readBigUInt64LE(32)),
    bytes.readUInt16LE(54),
    bytes.readUInt16LE(56),
  ];
  for (let header = at; header < at + size * count && header + 56 <= bytes.length; header += size) {
    if (bytes.readUInt32LE(header) !== PT_INTERP) continue;
    const [from, length] = [8, 32].map((field) => Number(bytes.readBigUInt64LE(header + field)));
    const loader = bytes.toString('latin1', from, (from ?? 0) + (length ?? 0)).replace(/\0+$/, '');
    return loader.startsWith('/') && !exists(loader) ? { kind: 'loader-missing', path, loader } : null;
  }
  return null;
};

/** Empty for a file that may be executed but not read. */
const firstBytes = (path: string): Buffer => {
  const bytes = Buffer.alloc(FIRST_BYTES);
  try {
    const fd = openSync(path, 'r');
    try {
      return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return Buffer.alloc(0);
  }
};
