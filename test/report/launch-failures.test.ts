import { describe, expect, test } from 'vitest';
import type { LaunchFailure, ProgramObstacle } from '../../src/model/failures/launch-failure.ts';
import { advisedText, launchFailureText } from '../../src/report/launch-failures.ts';

const port = { process: 'web', name: 'http', port: 80, protocol: 'tcp', host: '127.0.0.1' } as const;

const program = (obstacle: ProgramObstacle): LaunchFailure => ({ kind: 'program', file: './a', obstacle });

const refused = (code: string): LaunchFailure => ({ kind: 'refused', file: 'sh', code });

const FAILURES: readonly (readonly [LaunchFailure, string])[] = [
  [program({ kind: 'not-found' }), 'command not found: ./a: install it, or give its path'],
  [
    program({ kind: 'not-executable', path: '/a' }),
    'not executable: ./a: make it executable (chmod +x), or name its interpreter',
  ],
  [program({ kind: 'folder', path: '/a' }), 'not executable, as it is a folder: ./a: name a file in it'],
  [
    program({ kind: 'dangling', path: '/a', target: 'b' }),
    './a is a symlink to what is not there: b: install or build that, or point the symlink elsewhere (ln -sfn)',
  ],
  [
    program({ kind: 'windows-lines', path: '/a' }),
    "./a has Windows line endings, so its interpreter is not found: convert it to Unix ones (sed -i 's/\\r$//' FILE), and let git keep them (eol=lf)",
  ],
  [
    program({ kind: 'interpreter-missing', path: '/a', interpreter: 'node' }),
    './a is there, but its interpreter is not: node: install that, or correct the first line',
  ],
  [
    program({ kind: 'loader-missing', path: '/a', loader: '/lib/ld-musl.so.1' }),
    './a is there, but what loads it is not: /lib/ld-musl.so.1: it was built for another C library or system: get the build for this one',
  ],
  [{ kind: 'folder-missing', path: '/a' }, 'the folder is missing: /a: create it, or correct cwd'],
  [{ kind: 'not-a-folder', path: '/a' }, 'not a folder: /a: correct cwd'],
  [
    refused('EACCES'),
    'not permitted to execute: sh: its file system may forbid it (noexec), or a folder above it',
  ],
  [refused('EWHATEVER'), 'cannot start sh: EWHATEVER'],
  [
    { kind: 'no-descriptors', code: 'EMFILE' },
    'sidecarctl has too many files open to start it (EMFILE): raise the limit (ulimit -n) for sidecarctl',
  ],
  [
    { kind: 'no-terminal', code: 'ENOSPC' },
    'the system gives it no terminal (ENOSPC): look at /dev/ptmx and at /proc/sys/kernel/pty, or leave tty out',
  ],
  [
    {
      kind: 'text-too-long',
      file: 'sh',
      part: { kind: 'variable', name: 'BIG' },
      bytes: 140_005,
      limit: 131_072,
    },
    'sh cannot be given that much (E2BIG): the variable BIG has 140005 bytes, but the system allows 131072: put long values into a file',
  ],
  [
    { kind: 'nul-character', file: 'a\0b', part: { kind: 'argument' } },
    'cannot start ab: an argument contains a NUL character',
  ],
  [
    { kind: 'env-file-missing', path: '/.env' },
    'the env file /.env does not exist; create it, or mark it with required: false',
  ],
  [
    { kind: 'env-file-unreadable', path: '/.env', cause: 'EISDIR' },
    'the env file /.env cannot be read (EISDIR)',
  ],
  [
    { kind: 'env-file-not-text', path: '/.env' },
    'the env file /.env cannot be read (it contains NUL bytes: it must be text saved as UTF-8)',
  ],
  [
    { kind: 'env-file-wrong', path: '/.env', line: 3 },
    "the env file /.env cannot be read (line 3 is wrong: see 'sidecarctl check')",
  ],
  [
    { kind: 'files-not-written', failure: { kind: 'run-record-unreadable', path: '/runs/1' } },
    'its files cannot be written: /runs/1 has no readable record of its run; if no pod runs here, remove it by hand',
  ],
  [
    {
      kind: 'not-isolated',
      failure: { kind: 'program-missing', program: 'unshare', lookedIn: ['/bin'], processes: ['web'] },
    },
    "web cannot be isolated on this machine: the program unshare is missing (looked for in /bin); install util-linux and coreutils; or remove isolate, and mounts outside the config's folder, from the config",
  ],
  [
    { kind: 'port-taken', port, holder: { kind: 'process', pid: 9, command: 'node a.js' } },
    'port 80 (http) on 127.0.0.1 is taken by pid 9 (node a.js): stop that process, or give the port another number, or auto',
  ],
  [
    { kind: 'port-taken', port, holder: null },
    'port 80 (http) on 127.0.0.1 is taken by another process: stop that process, or give the port another number, or auto',
  ],
  [
    { kind: 'socket-not-opened', port, code: 'EADDRINUSE' },
    'cannot listen on port 80 (http) on 127.0.0.1 for it: the port is taken',
  ],
  [
    { kind: 'socket-not-opened', port, code: 'UNSUPPORTED' },
    'cannot listen on port 80 (http) on 127.0.0.1 for it: neither this platform nor this Node supports it; remove activate',
  ],
  [
    { kind: 'socket-not-opened', port, code: 'EACCES' },
    'cannot listen on port 80 (http) on 127.0.0.1 for it (EACCES)',
  ],
  [
    { kind: 'socket-not-opened', port, code: 'EMFILE' },
    'cannot listen on port 80 (http) on 127.0.0.1 for it (EMFILE): raise the limit (ulimit -n) for sidecarctl',
  ],
  [{ kind: 'internal-error' }, 'an internal error of sidecarctl'],
];

describe('a failure to start is worded with advice, if there is any', () => {
  test.each(FAILURES)('%j', (failure, expected) => expect(advisedText(failure, ': ')).toBe(expected));
});

test.each([
  ['EAGAIN', 'this user may not start more processes (EAGAIN): sh', 'ulimit -u'],
  ['EMFILE', 'sidecarctl has too many files open to start it (EMFILE): sh', 'ulimit -n'],
  ['ENFILE', 'the system has too many files open to start it (ENFILE): sh', 'fs.file-max'],
  ['ENOMEM', 'there is not enough memory to start it (ENOMEM): sh', 'free memory'],
  ['ETXTBSY', 'it is being written to right now (ETXTBSY): sh', 'wait until the build'],
  ['ENOEXEC', 'not a program for this system (ENOEXEC): sh', 'get the build for this one'],
])('a start that the system refuses with %s is explained, with advice', (code, problem, advice) => {
  expect(launchFailureText(refused(code))).toBe(problem);
  expect(advisedText(refused(code), ': ')).toContain(advice);
});
