import { expect, test } from 'vitest';
import { lastExitSnapshot, ProcessHistory } from '../../src/supervisor/process-history.ts';
import { said } from '../support/said.ts';

const failing = { type: 'probe', name: 'web', probe: 'readiness', ok: false, everOk: false } as const;

test('a probe that fails for another reason than at first has an entry for each, with its own words', () => {
  const history = new ProcessHistory((at) => at);
  history.event({ ...failing, finding: said('connect ECONNREFUSED 127.0.0.1:3000') }, null);

  const changes = history.probeChanges('web', 'readiness', {
    at: 5_000,
    ok: false,
    finding: said('HTTP 503'),
  });

  expect(changes).toMatchObject([
    { at: 5_000, ok: false, message: 'HTTP 503' },
    { ok: false, message: 'connect ECONNREFUSED 127.0.0.1:3000' },
  ]);
});

test('a probe that keeps failing for the same reason has one entry', () => {
  const history = new ProcessHistory((at) => at);
  history.event({ ...failing, finding: said('HTTP 503') }, null);

  const changes = history.probeChanges('web', 'readiness', {
    at: 5_000,
    ok: false,
    finding: said('HTTP 503'),
  });

  expect(changes).toMatchObject([{ ok: false, message: 'HTTP 503' }]);
});

test('a change of the other kind keeps its own words', () => {
  const history = new ProcessHistory((at) => at);
  history.event({ ...failing, finding: said('HTTP 503') }, null);

  const [change] = history.probeChanges('web', 'readiness', {
    at: 5_000,
    ok: true,
    finding: said('HTTP 200'),
  });

  expect(change).toMatchObject({ ok: false, message: 'HTTP 503' });
});

test.each([
  ['that got its stop signal was stopped by it', 'signal', 'SIGTERM', 'was stopped by SIGTERM'],
  ['that had to be killed was killed', 'kill', 'SIGKILL', 'was killed by SIGKILL'],
  ['that somebody else has ended was killed', 'itself', 'SIGTERM', 'was killed by SIGTERM'],
] as const)('a process %s', (_, after, signal, text) => {
  const exit = { code: null, signal, status: 143, failure: null };
  const last = { exit, at: 0, ranFor: 1, after, unhealthy: false };

  expect(lastExitSnapshot(last, (at) => at)).toMatchObject({ signal, text });
});
