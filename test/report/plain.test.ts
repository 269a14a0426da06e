import { expect, test } from 'vitest';
import type { ProcessEvent } from '../../src/model/pod-event.ts';
import { PlainReport } from '../../src/report/plain.ts';
import { podSpec } from '../support/pod-spec.ts';

const said = (...events: readonly Partial<ProcessEvent>[]): string => {
  let text = '';
  const write = (bytes: string): void => {
    text += bytes;
  };
  const color = { stdout: false, stderr: false };
  const report = new PlainReport(podSpec({ web: {} }), {
    stdout: write,
    stderr: write,
    color,
    isTerminal: { stdout: false, stderr: false },
    isShared: false,
    clock: () => 0,
  });
  for (const event of events) report.event({ ...STARTING, ...event });
  return text;
};

const STARTING: ProcessEvent = {
  type: 'process',
  name: 'web',
  role: 'sidecar',
  app: null,
  state: 'starting',
  previous: 'pending',
  pid: 42,
  restarts: 1,
  reason: null,
  exit: null,
  retryIn: null,
};

test('a restart is told with its pid', () => {
  expect(said({})).toBe('sidecarctl | web restarted (pid 42)\n');
});

test('a launch that failed is no restart', () => {
  expect(said({ pid: null })).toBe('');
});
