import { describe, expect, test } from 'vitest';
import type { LastExit } from '../../src/model/exit.ts';
import type {
  LaunchFailure,
  ProgramFailure,
  ProgramObstacle,
} from '../../src/model/failures/launch-failure.ts';
import { type FailureFacts, likelyCause, portInUse } from '../../src/report/likely-cause.ts';
import { said } from '../support/said.ts';

const exit = (
  code: number | null,
  signal: string | null = null,
  failure: LaunchFailure | null = null,
): LastExit => ({
  exit: { code, signal, status: code ?? 137, failure },
  at: 0,
  ranFor: 10,
  after: 'itself',
  unhealthy: false,
});

const program = (file: string, obstacle: ProgramObstacle): ProgramFailure => ({
  kind: 'program',
  file,
  obstacle,
});

const HTTP = { process: 'web', name: 'http', port: 80, protocol: 'tcp', host: '127.0.0.1' } as const;
const NGINX = { kind: 'process', pid: 7, command: 'nginx' } as const;

const ANSWERED = {
  kind: 'port-answered',
  port: 1,
  process: 'web',
  by: { kind: 'process', pid: 2, command: 'a' },
} as const;

const NEIGHBOURS = [
  { name: 'redis', state: 'ready', ports: [6379] },
  { name: 'db', state: 'backoff', ports: [5432] },
] as const;

const cause = (lines: readonly string[], facts: Partial<FailureFacts> = {}): string | null =>
  likelyCause({
    role: 'sidecar',
    reason: null,
    lastExit: exit(1),
    statuses: [1],
    lines,
    leftOthers: false,
    memoryKills: null,
    obstacle: null,
    neighbours: NEIGHBOURS,
    portHolder: null,
    listening: null,
    asked: null,
    isContained: false,
    ownPorts: [],
    ...facts,
  });

const EXITED = { kind: 'exited', exit: exit(0).exit } as const;
const NOT_READY = { kind: 'not-ready', finding: said('connect ECONNREFUSED 127.0.0.1:29290') } as const;
const ASKED = { kind: 'tcp', host: '127.0.0.1', port: 29290 } as const;
const UP: Partial<FailureFacts> = { lastExit: null, reason: NOT_READY, asked: ASKED, ownPorts: [29290] };
const at = (host: string, port: number, takesV4 = true) => ({ host, port, takesV4 });

describe('the likely cause is told by what the process said', () => {
  test.each<readonly [lines: readonly string[], cause: string]>([
    [['Error: listen EADDRINUSE: address already in use :::3000'], 'port 3000 is taken by another process'],
    [['OSError: [Errno 98] Address already in use', 'port: 8000'], 'port 8000 is taken'],
    [['2026/01/01 12:30:45 listen tcp :8080: bind: address already in use'], 'port 8080 is taken'],
    [['Error: Os { code: 98, kind: AddrInUse, message: "in use" }'], 'the port it listens on is taken'],
    [['Web server failed to start. Port 8081 was already in use.'], 'port 8081 is taken'],
    [
      ["[2026-01-01 10:20:30 +0000] [9] [ERROR] Connection in use: ('127.0.0.1', 8000)"],
      'port 8000 is taken',
    ],
    [['Error: That port is already in use.'], 'the port it listens on is taken'],
    [['error: Failed to start server. Is port 3000 in use?'], 'port 3000 is taken'],
    [['Something is already running on port 3000.'], 'port 3000 is taken'],
    [
      [
        'listen tcp :3000: bind: Only one usage of each socket address (protocol/network address/port) is normally permitted.',
      ],
      'port 3000 is taken',
    ],
    [["Error: Cannot find module 'express'"], 'the module express is not installed'],
    [
      ["Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'zod' imported from /x/a.js"],
      'the module zod is not installed',
    ],
    [
      ["Error: Cannot find module '/app/dist/server.js'"],
      'the file /app/dist/server.js, which it loads, does not exist',
    ],
    [["ModuleNotFoundError: No module named 'flask'"], 'the module flask is not installed'],
    [['SyntaxError: Unexpected token }'], 'has a syntax error: SyntaxError: Unexpected token }'],
    [['Error: DATABASE_URL is required'], 'the environment variable DATABASE_URL is not set'],
    [['missing environment variable: API_KEY'], 'the environment variable API_KEY is not set'],
    [["KeyError: 'SECRET_KEY'"], 'the environment variable SECRET_KEY is not set'],
    [['KeyError: key not found: "SECRET_KEY_BASE"'], 'variable SECRET_KEY_BASE is not set'],
    [['panic: environment variable PORT not set'], 'variable PORT is not set'],
    [['required key DB_HOST missing value'], 'variable DB_HOST is not set'],
    [["Could not resolve placeholder 'DB_URL' in value"], 'variable DB_URL is not set'],
    [['ImproperlyConfigured: Set the DATABASE_URL environment variable'], 'DATABASE_URL is not set'],
    [['error: Environment variable not found: DATABASE_URL.'], 'variable DATABASE_URL is not set'],
    [['Fatal error: Uncaught RuntimeException: env var APP_KEY is empty'], 'variable APP_KEY is not set'],
    [['sh: 1: PGHOST: parameter not set'], 'the environment variable PGHOST is not set'],
    [
      ['Error: connect ECONNREFUSED 127.0.0.1:6379'],
      'it could not connect to redis on port 6379: was it ready by then?',
    ],
    [['connect ECONNREFUSED 127.0.0.1:5432'], 'it could not connect to db on port 5432: it is backoff'],
    [['connect ECONNREFUSED 127.0.0.1:9'], 'the server that it connects to does not answer'],
    [["wget: can't connect to remote host (10.0.2.2): Connection refused"], 'it connects to does not answer'],
    [['connect ECONNREFUSED 127.0.0.1:9999'], 'on port 9999, and no process of the pod has that port'],
    [['getaddrinfo ENOTFOUND redis'], 'the host name redis cannot be resolved'],
    [["Error: ENOENT: no such file or directory, open 'cert.pem'"], 'the file cert.pem does not exist'],
    [
      ['nginx: [emerg] open() "/etc/nginx/web.conf" failed (2: No such file or directory) in /x.conf:1'],
      'the file /etc/nginx/web.conf does not exist',
    ],
    [['cat: cert.pem: No such file or directory'], 'the file cert.pem does not exist'],
    [
      ["Error: EACCES: permission denied, open '/etc/shadow'"],
      'something is not permitted to this user: EACCES',
    ],
    [['ENOSPC: no space left on device, write'], 'a disk is full'],
    [['Error: EMFILE: too many open files'], 'too many files open'],
    [
      ['[watch] stopped automatically because stdin was closed (use "--watch=forever" to keep watching)'],
      'it ends when its standard input is closed',
    ],
    [
      ['sh: 1: source: not found'],
      "it is written for bash and run by sh (source): write ['bash', '-c', '…']",
    ],
    [['/bin/sh: 1: [[: not found'], 'it is written for bash and run by sh ([[)'],
    [['run.sh: 3: declare: not found'], 'written for bash and run by sh (declare)'],
    [['sh: 1: Syntax error: "(" unexpected'], 'it is written for bash and run by sh'],
    [['/bin/sh: 1: set: Illegal option -o pipefail'], 'it is written for bash and run by sh'],
    [['sh: 1: Bad substitution'], 'it is written for bash and run by sh'],
    [['/usr/bin/env: ‘node\r’: No such file or directory'], 'a script has Windows line endings'],
    [["env: 'python3\\r': No such file or directory"], 'a script has Windows line endings'],
    [['bash: ./run.sh: /bin/sh^M: bad interpreter: No such file or directory'], 'has Windows line endings'],
    [["./run.sh: line 2: $'\\r': command not found"], 'a script has Windows line endings'],
    [['run.sh: 2: \r: not found'], 'a script has Windows line endings'],
    [['/usr/bin/env: ‘deno’: No such file or directory'], 'the first line of a script asks for deno'],
    [['sh: 1: ./app: Exec format error'], 'built for another processor'],
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
      { lastExit: exit(127, null, program('redis', { kind: 'not-found' })) },
      'command not found: redis: install it',
    ],
    [
      'not executable',
      { lastExit: exit(126, null, program('./run.sh', { kind: 'not-executable', path: '/run.sh' })) },
      'make it executable',
    ],
    [
      'with Windows line endings',
      {
        lastExit: exit(127, null, program('./run.sh', { kind: 'windows-lines', path: '/run.sh' })),
      },
      'not found: convert it to Unix ones',
    ],
    [
      'with too long an environment',
      {
        lastExit: exit(126, null, {
          kind: 'text-too-long',
          file: 'node',
          part: { kind: 'variable', name: 'A' },
          bytes: 140_000,
          limit: 131_072,
        }),
      },
      'the variable A has 140000 bytes',
    ],
    [
      'onto a port of somebody else',
      { lastExit: exit(126, null, { kind: 'port-taken', port: HTTP, holder: NGINX }) },
      'is taken by pid 7 (nginx): stop that process, or give the port another number',
    ],
    [
      'killed for memory',
      { lastExit: exit(null, 'SIGKILL'), memoryKills: true },
      'came from the kernel because memory ran out',
    ],
    [
      'killed, with memory',
      { lastExit: exit(137), memoryKills: false },
      'not from the kernel for lack of memory',
    ],
    [
      'in the background',
      { lastExit: exit(0), leftOthers: true, reason: EXITED, statuses: [0, 0] },
      "it went into the background, and the processes that it left there were ended: run it in the foreground (nginx -g 'daemon off;'",
    ],
    [
      'well, time after time',
      { lastExit: exit(0), reason: EXITED, statuses: [0, 0] },
      'it exits with code 0 each time',
    ],
    [
      'in a shell, by a file that the shell could not start',
      {
        lastExit: exit(127),
        lines: ['sh: 1: ./a: not found'],
        obstacle: program('./a', { kind: 'interpreter-missing', path: '/a', interpreter: 'x' }),
      },
      './a is there, but its interpreter is not: x: install that, or correct the first line',
    ],
    [
      'up, and listens on the other loopback address',
      { ...UP, listening: [at('::1', 29290)] },
      "it listens on [::1]:29290; this probe asks 127.0.0.1:29290: have it listen there, or set host: '::1' for the port",
    ],
    [
      'up, and listens on another port',
      { ...UP, listening: [at('127.0.0.1', 5173), at('::1', 5173)] },
      'it listens on 127.0.0.1:5173 and [::1]:5173; this probe asks 127.0.0.1:29290: pass --port $PORT',
    ],
    [
      'up, and asked by http',
      {
        ...UP,
        asked: { kind: 'http', url: 'http://[::1]:29290/up', headers: {}, status: null },
        listening: [at('0.0.0.0', 29290)],
      },
      'it listens on 0.0.0.0:29290; this probe asks [::1]:29290',
    ],
    [
      'up, and listens for IPv6 alone',
      { ...UP, listening: [at('::', 29290, false)] },
      'it listens on [::]:29290; this',
    ],
    [
      'up, and listens on the other address of a name',
      {
        ...UP,
        reason: { kind: 'not-ready', finding: said('connect ECONNREFUSED 127.0.0.1:29290') },
        asked: { kind: 'tcp', host: 'localhost', port: 29290 },
        listening: [at('::1', 29290)],
      },
      'it listens on [::1]:29290; this probe asks 127.0.0.1:29290',
    ],
    ['up, and listens nowhere', { ...UP, listening: [] }, '127.0.0.1:29290, and it listens on no port yet'],
    [
      'up, and has printed nothing for its log probe',
      {
        ...UP,
        asked: { kind: 'log', pattern: 'up' },
        reason: { kind: 'not-ready', finding: { kind: 'line', came: false } },
      },
      'it is running but has printed nothing yet',
    ],
    [
      'up, and somebody else answers',
      {
        ...UP,
        reason: { kind: 'not-ready', finding: ANSWERED },
        listening: [],
      },
      'port 1 is answered by pid 2 (a), not by web: stop that one',
    ],
    [
      'not there, in a shell line',
      { lastExit: exit(127), lines: ['sh: 1: vite: not found'] },
      'the command vite was not found',
    ],
    ['killed', { lastExit: exit(null, 'SIGKILL') }, 'SIGKILL came from outside sidecarctl'],
    ['killed in a shell', { lastExit: exit(137) }, 'SIGKILL came from outside'],
    ['crashed', { lastExit: exit(null, 'SIGSEGV') }, 'it crashed in native code (SIGSEGV)'],
    [
      'unhealthy',
      { reason: { kind: 'probe-failed', probe: 'liveness', finding: said('status 500') } },
      'its liveness probe failed, so it was killed: status 500',
    ],
    [
      'with a failed hook',
      { reason: { kind: 'hook-failed', hook: 'postStart', finding: said('exit code 1') } },
      'its postStart hook failed: exit code 1',
    ],
    [
      'up, and not ready',
      { reason: { kind: 'not-ready', finding: said('status 503') } },
      'it is running, but its probe fails: status 503',
    ],
    [
      'held back',
      {
        reason: {
          kind: 'waits',
          blockers: [{ process: 'db', condition: 'ready', state: 'failed', permanent: true }],
        },
      },
      'it waits for db (failed); look at that failure first',
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

  test('for one that listens where it is asked, on its other ports or for a debugger', () => {
    const well = [at('::', 29290), at('127.0.0.1', 29290), at('0.0.0.0', 29290)];
    for (const each of well)
      expect(cause([], { ...UP, listening: [each, at('127.0.0.1', 5173)] })).toMatch(
        /^it is running, but its probe fails/,
      );
    const others = [at('127.0.0.1', 9229), at('127.0.0.1', 4000)];
    expect(cause([], { ...UP, ownPorts: [29290, 4000], listening: others })).not.toContain('it listens');
  });

  test('for an init task that has done its work, or a first end with exit code 0', () => {
    expect(cause([], { role: 'init', lastExit: exit(0), leftOthers: true, statuses: [0] })).toBeNull();
    expect(cause([], { lastExit: exit(0), reason: EXITED, statuses: [0] })).toBeNull();
    expect(cause([], { lastExit: exit(0), reason: EXITED, statuses: [0, 1] })).toBeNull();
  });

  test('for a kill of ours', () => {
    expect(cause([], { lastExit: { ...exit(null, 'SIGKILL'), after: 'kill' } })).toBeNull();
  });
});

test('an engine that cannot run a container has said why', () => {
  const lines = [
    'docker: Error response from daemon: unable to find user nobody-here: no matching entries in passwd file.',
    "See 'docker run --help'.",
  ];
  const facts = { isContained: true, lastExit: exit(125), statuses: [125] };
  expect(cause(lines, facts)).toBe(
    'its image has no user nobody-here: give user a number, as 1000:1000, or a name that the image knows',
  );
  expect(cause(lines, { ...facts, isContained: false }) ?? '').not.toContain('its image');
});
