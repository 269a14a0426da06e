import { expect, test } from 'vitest';
import type { Finding, GrpcCause } from '../../src/model/finding.ts';
import { findingText } from '../../src/report/findings.ts';

const grpc = (status: string, because: GrpcCause): Finding => ({ kind: 'grpc', status, because });

const answered = { kind: 'port-answered', port: 80, process: 'web' } as const;

const FINDINGS: readonly (readonly [Finding, string])[] = [
  [{ kind: 'said', text: 'connect ECONNREFUSED 127.0.0.1:80' }, 'connect ECONNREFUSED 127.0.0.1:80'],
  [{ kind: 'no-answer' }, 'no answer yet'],
  [{ kind: 'timed-out', after: 1_500 }, 'timed out after 1.5s'],
  [{ kind: 'aborted' }, 'aborted'],
  [{ kind: 'exited', code: 0, lastLine: '' }, 'exit code 0'],
  [{ kind: 'exited', code: 3, lastLine: 'no route' }, 'exit code 3: no route'],
  [{ kind: 'killed', signal: 'SIGSEGV', lastLine: '' }, 'killed by SIGSEGV'],
  [{ kind: 'killed', signal: 'SIGKILL', lastLine: 'too much' }, 'killed by SIGKILL: too much'],
  [
    { kind: 'not-started', failure: { kind: 'folder-missing', path: '/gone' } },
    'the folder is missing: /gone',
  ],
  [{ kind: 'http-status', status: 503, expected: null }, 'HTTP 503'],
  [{ kind: 'http-status', status: 503, expected: 503 }, 'HTTP 503'],
  [{ kind: 'http-status', status: 200, expected: 204 }, 'HTTP 200 instead of 204'],
  [{ kind: 'connected' }, 'connected'],
  [grpc('NOT_FOUND', { kind: 'said', text: 'unknown service' }), 'NOT_FOUND: unknown service'],
  [grpc('99', { kind: 'said', text: 'odd' }), 'status 99: odd'],
  [grpc('UNAVAILABLE', { kind: 'connection-closed' }), 'UNAVAILABLE: the connection was closed'],
  [
    grpc('UNAVAILABLE', { kind: 'answer-too-long', limit: 65_536 }),
    'UNAVAILABLE: the answer is longer than 65536 bytes',
  ],
  [
    grpc('UNIMPLEMENTED', { kind: 'no-grpc-status', httpStatus: 404 }),
    'UNIMPLEMENTED: HTTP status 404, and no gRPC status',
  ],
  [grpc('INTERNAL', { kind: 'no-health-status' }), 'INTERNAL: the answer is no health status'],
  [{ kind: 'file-exists' }, 'exists'],
  [{ kind: 'file-missing', path: '/a' }, 'not there: /a'],
  [{ kind: 'file-unreadable', path: '/a', code: 'EACCES' }, 'EACCES: /a'],
  [{ kind: 'line', came: true }, 'a line matched'],
  [{ kind: 'line', came: false }, 'no line has matched yet'],
  [{ kind: 'notification', came: true }, 'notified'],
  [{ kind: 'notification', came: false }, 'no notification yet'],
  [{ kind: 'slept', duration: 120 }, 'slept 120ms'],
  [
    { ...answered, by: { kind: 'process', pid: 7, command: 'node a.js' } },
    'port 80 is answered by pid 7 (node a.js), not by web',
  ],
  [
    { ...answered, by: { kind: 'user', uid: 0 } },
    'port 80 is answered by a process of the user with uid 0, not by web',
  ],
  [
    { ...answered, by: { kind: 'pod-process', name: 'db', pid: 7 } },
    'port 80 is answered by db (pid 7), not by web',
  ],
];

test.each(FINDINGS)('the finding %j of a probe or hook is worded', (finding, text) =>
  expect(findingText(finding)).toBe(text),
);
