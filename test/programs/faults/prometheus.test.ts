import { expect, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { scrapeWithPrometheus } from '../../support/prometheus.ts';
import { runFaults, startEcho } from './running-faults.ts';

test.runIf(isInstalled('prometheus'))('Prometheus scrapes the metrics of faults', async () => {
  const upstream = `127.0.0.1:${await startEcho()}`;
  const faults = await runFaults({ upstream, toxics: [{ type: 'latency' }] });
  const ask = await scrapeWithPrometheus(faults.admin);
  await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
  const found = JSON.parse(await ask('sidecar_toxics_active'));
  expect(found.data.result).toMatchObject([{ metric: { proxy: 'slow' }, value: [expect.anything(), '1'] }]);
});
