import { createSocket } from 'node:dgram';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { scrapeWithPrometheus } from '../../support/prometheus.ts';
import { BUCKETS, runAdapter } from './running-adapter.ts';

test.runIf(isInstalled('prometheus'))('Prometheus scrapes what an adapter has from StatsD', async () => {
  const port = await freePort();
  const adapter = await runAdapter([{ kind: 'statsd', listen: `127.0.0.1:${port}`, buckets: BUCKETS }]);
  const client = createSocket('udp4');
  onTestFinished(() => void client.close());
  client.send('hits:3|c\napi:50|ms', port, '127.0.0.1');
  await eventually('the series', async () => (await adapter.scrape()).includes('hits_total 3'));
  const ask = await scrapeWithPrometheus(adapter.metrics);
  await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
  expect(JSON.parse(await ask('hits_total')).data.result).toMatchObject([
    { value: [expect.anything(), '3'] },
  ]);
  expect(JSON.parse(await ask('api_seconds_bucket{le="0.1"}')).data.result).toHaveLength(1);
});
