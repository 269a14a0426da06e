import { expect, onTestFinished, test } from 'vitest';
import { serveAdmin } from '../../../../src/programs/admin/serve-admin.ts';
import { metricsOf } from '../../../../src/programs/proxy/stats/metrics.ts';
import { ProxyStats } from '../../../../src/programs/proxy/stats/proxy-stats.ts';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { scrapeWithPrometheus } from '../../../support/prometheus.ts';

test.runIf(isInstalled('prometheus'))(
  'Prometheus reads the durations of a proxy as a histogram',
  async () => {
    const stats = new ProxyStats();
    const server = await serveAdmin(
      { host: '127.0.0.1', port: 0 },
      {
        ...{ isReady: () => true, stats: () => ({}), configDump: () => ({}) },
        ...{ drain: async () => undefined, others: async () => null },
        metrics: () => metricsOf(stats, new Map()),
      },
    );
    onTestFinished(() => void server.close());
    onTestFinished(() => server.closeAllConnections());
    const served = { method: 'GET', responseCode: 200, responseFlags: [], bytesReceived: 0, bytesSent: 0 };
    for (const duration of [60, 60, 60, 2000]) stats.listener('http').served({ ...served, duration });
    const ask = await scrapeWithPrometheus((server.address() as { readonly port: number }).port);
    await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
    const median = JSON.parse(
      await ask('histogram_quantile(0.5, http_server_request_duration_seconds_bucket)'),
    );
    const [, value] = median.data.result[0].value;
    expect(Number(value)).toBeGreaterThan(0.05);
    expect(Number(value)).toBeLessThan(0.075);
  },
);
