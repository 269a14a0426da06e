import { expect, test } from 'vitest';
import { ProcessHistory } from '../../src/supervisor/process-history.ts';
import { said } from '../support/said.ts';

const failing = { type: 'probe', name: 'web', probe: 'readiness', ok: false, everOk: false } as const;

test('the newest change of a probe says what the probe says now', () => {
  const history = new ProcessHistory((at) => at);
  history.event({ ...failing, finding: said('connect ECONNREFUSED 127.0.0.1:3000') }, null);

  const [change, ...older] = history.probeChanges('web', 'readiness', {
    ok: false,
    finding: said('HTTP 503'),
  });

  expect(change).toMatchObject({ ok: false, message: 'HTTP 503' });
  expect(older).toEqual([]);
});

test('a change of the other kind keeps its own words', () => {
  const history = new ProcessHistory((at) => at);
  history.event({ ...failing, finding: said('HTTP 503') }, null);

  const [change] = history.probeChanges('web', 'readiness', { ok: true, finding: said('HTTP 200') });

  expect(change).toMatchObject({ ok: false, message: 'HTTP 503' });
});
