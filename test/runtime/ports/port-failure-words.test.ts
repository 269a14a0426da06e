import { expect, test } from 'vitest';
import type { PortFailure } from '../../../src/model/failures/port-failure.ts';
import { describePortFailure } from '../../../src/report/port-failures.ts';
import { autoPort, fixedPort } from './support.ts';

const port = fixedPort('web', 3000);

const wordings: readonly (readonly [PortFailure, string, string])[] = [
  [
    { kind: 'port-taken', port, holder: { kind: 'process', pid: 4711, command: 'node server.js' } },
    'port 3000 (http of web) on 127.0.0.1 is taken by pid 4711 (node server.js)',
    "stop pid 4711, or give http of web another port, or 'auto'",
  ],
  [
    { kind: 'port-taken', port: { ...port, protocol: 'udp' }, holder: { kind: 'user', uid: 0 } },
    'udp port 3000 (http of web) on 127.0.0.1 is taken by a process of the user with uid 0',
    "ask that user to stop it, or give http of web another port, or 'auto'",
  ],
  [
    { kind: 'port-taken', port, holder: null },
    'port 3000 (http of web) on 127.0.0.1 is taken (owner unknown)',
    "give http of web another port, or 'auto'",
  ],
  [
    { kind: 'port-not-permitted', port: fixedPort('web', 80) },
    'port 80 (http of web) on 127.0.0.1: permission denied for this user',
    'ports below 1024 are for root: choose a higher one, or let every user listen there (on Linux: sudo sysctl net.ipv4.ip_unprivileged_port_start=80)',
  ],
  [
    { kind: 'port-host-unusable', port: { ...port, host: '192.0.2.1' }, code: 'EADDRNOTAVAIL' },
    'port 3000 (http of web) on 192.0.2.1 cannot be listened on (EADDRNOTAVAIL)',
    'make 192.0.2.1 an address of this machine, such as 127.0.0.1',
  ],
  [
    { kind: 'no-free-port', port: autoPort('redis'), block: { first: 20_000, last: 29_999 } },
    'the auto port (main of redis) on 127.0.0.1: no port from 20000 to 29999 is free',
    'give it a number of its own',
  ],
];

test.each(wordings)('%j', (failure, problem, advice) => {
  expect(describePortFailure(failure)).toEqual({ problem, advice });
});

test('a long command line is cut', () => {
  const holder = { kind: 'process', pid: 4711, command: 'java '.repeat(100) } as const;
  const { problem } = describePortFailure({ kind: 'port-taken', port, holder });
  expect(problem.length).toBeLessThan(160);
  expect(problem).toMatch(/…\)$/);
});
