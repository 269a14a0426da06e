import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter } from 'node:path';
import { findProgram } from '../../runtime/launch/program-search.ts';
import { sleep } from '../../time/timers.ts';
import type { Machine, Output } from './trust-store.ts';

/** Where programs of root are. They are not on the PATH of every user. */
const ROOTS_PATH = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const ASKED_FOR_AT_MOST = 20_000;

export const thisMachine = (): Machine => {
  const path = [process.env['PATH'] ?? '', ...ROOTS_PATH].join(delimiter);
  return {
    platform: process.platform,
    env: process.env,
    home: homedir(),
    isRoot: process.getuid?.() === 0,
    root: '/',
    find: (program) => {
      const found = findProgram(program, '/', { ...process.env, PATH: path });
      return 'path' in found ? found.path : null;
    },
    ask,
  };
};

const ask = async ([file, ...args]: readonly [string, ...string[]]): Promise<Output> => {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new AbortController();
  void sleep(ASKED_FOR_AT_MOST, ended.signal).then((isLate) => isLate && child.kill('SIGKILL'));
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => {
    const end = (code: number | null): void => {
      ended.abort();
      resolve({ code, stdout });
    };
    child.once('error', () => end(null));
    child.once('close', end);
  });
};

/** Runs a command on the terminal, which may ask for a password. Returns its exit code. */
export const runOnTerminal = ([file, ...args]: readonly [string, ...string[]]): Promise<number | null> =>
  new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
