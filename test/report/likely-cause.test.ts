import { describe, expect, test } from 'vitest';
import type { LastExit } from '../../src/core/process-state.ts';
import { type FailureFacts, likelyCause, portInUse } from '../../src/report/likely-cause.ts';

const exit = (
  code: number | null,
  signal: string | null = null,
  message: string | null = null,
): LastExit => ({
  exit: { code, signal, status: code ?? 137, message },
  at: 0,
  ranFor: 10,
  after: 'itself',
  unhealthy: false,
});

const NEIGHBOURS = [
  { name: 'redis', state: 'ready', ports: [6379] },
  { name: 'db', state: 'backoff', ports: [5432] },
] as const;

const cause = (lines: readonly string[], facts: Partial<FailureFacts> = {}): string | null =>
  likelyCause({
    reason: null,
    lastExit: exit(1),
    lines,
    neighbours: NEIGHBOURS,
    portHolder: null,
    ...facts,
  });

describe('the likely cause is told by what the process said', () => {
  test.each<readonly [lines: readonly string[], cause: string]>([
    [['Error: listen EADDRINUSE: address already in use :::3000'], 'port 3000 is taken by another process'],
    [['OSError: [Errno 98] Address already in use', 'port: 8000'], 'port 8000 is taken'],
    [["Error: Cannot find module 'express'"], 'the module express is not installed'],
    [
      ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /x/a.js"],
      'the module zod is not installed',
    ],
    [
      ["Error: Cannot find module '/app/dist/server.js'"],
      'the file /app/dist/server.js, which it loads, is not there',
    ],
    [["ModuleNotFoundError: No module named 'flask'"], 'the module flask is not installed'],
    [['SyntaxError: Unexpected token }'], 'has a syntax error: SyntaxError: Unexpected token }'],
    [['Error: DATABASE_URL is required'], 'the environment variable DATABASE_URL is not set'],
    [['missing environment variable: API_KEY'], 'the environment variable API_KEY is not set'],
    [["KeyError: 'SECRET_KEY'"], 'the environment variable SECRET_KEY is not set'],
    [['sh: 1: PGHOST: parameter not set'], 'the environment variable PGHOST is not set'],
    [
      ['Error: connect ECONNREFUSED 127.0.0.1:6379'],
      'it could not connect to redis on port 6379: was it ready by then?',
    ],
    [['connect ECONNREFUSED 127.0.0.1:5432'], 'it could not connect to db on port 5432: it is backoff'],
    [['connect ECONNREFUSED 127.0.0.1:9'], 'what it connects to does not answer'],
    [['connect ECONNREFUSED 127.0.0.1:9999'], 'on port 9999, and no process of the pod has that port'],
    [['getaddrinfo ENOTFOUND redis'], 'the host name redis cannot be resolved'],
    [["Error: ENOENT: no such file or directory, open 'cert.pem'"], 'the file cert.pem is not there'],
    [
      ["Error: EACCES: permission denied, open '/etc/shadow'"],
      'something is not permitted to this user: EACCES',
    ],
    [['ENOSPC: no space left on device, write'], 'a disk is full'],
    [['Error: EMFILE: too many open files'], 'too many files open'],
    [
      ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
      'ran out of memory',
    ],
  ])('%j', (lines, expected) => {
    expect(cause(['starting up', ...lines, '    at main (app.js:1:1)'])).toContain(expected);
  });

  test('and by who has the port', () => {
    const holder = { kind: 'process', pid: 42, command: 'node old.js' } as const;
    const said = ['Error: listen EADDRINUSE: address already in use 127.0.0.1:3000'];
    expect(portInUse(said)).toBe(3000);
    expect(cause(said, { portHolder: holder })).toContain('port 3000 is taken by pid 42 (node old.js)');
  });
});

describe('the likely cause is told by how it ended', () => {
  test.each<readonly [what: string, facts: Partial<FailureFacts>, cause: string]>([
    [
      'not there',
      { lastExit: exit(127, null, 'command not found: redis') },
      'command not found: redis: install it',
    ],
    ['not executable', { lastExit: exit(126, null, './run.sh cannot be executed') }, 'make it executable'],
    [
      'not there, in a shell line',
      { lastExit: exit(127), lines: ['sh: 1: vite: not found'] },
      'the command vite is not there',
    ],
    ['killed', { lastExit: exit(null, 'SIGKILL') }, 'SIGKILL came from outside of sidecarctl'],
    ['killed in a shell', { lastExit: exit(137) }, 'SIGKILL came from outside'],
    ['crashed', { lastExit: exit(null, 'SIGSEGV') }, 'it crashed in native code (SIGSEGV)'],
    [
      'unhealthy',
      { reason: { kind: 'probe-failed', probe: 'liveness', message: 'status 500' } },
      'its liveness probe failed, which kills: status 500',
    ],
    [
      'with a failed hook',
      { reason: { kind: 'hook-failed', hook: 'postStart', message: 'exit code 1' } },
      'its postStart hook failed: exit code 1',
    ],
    [
      'up, and not ready',
      { reason: { kind: 'not-ready', message: 'status 503' } },
      'it runs, but its probe fails: status 503',
    ],
    [
      'held back',
      {
        reason: {
          kind: 'waits',
          blockers: [{ process: 'db', condition: 'ready', state: 'failed', forGood: true }],
        },
      },
      'it waits for db (failed), whose own failure is what to look at',
    ],
  ])('%s', (_what, facts, expected) => expect(cause([], facts)).toContain(expected));
});

describe('no cause is made up', () => {
  test.each([
    [['something went wrong']],
    [['the port of Hamburg is busy', 'name: John is required to sign']],
    [['GET /module 200', 'undefined is not a function']],
    [[]],
  ])('for %j', (lines) => expect(cause(lines)).toBeNull());

  test('for a kill of ours', () => {
    expect(cause([], { lastExit: { ...exit(null, 'SIGKILL'), after: 'kill' } })).toBeNull();
  });
});
