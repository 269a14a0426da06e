import { expect, test } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { scrapeWithPrometheus } from '../../../support/prometheus.ts';
import { proxyOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';

const LATE = 1_200;

test.runIf(isInstalled('prometheus'))(
  'Prometheus reads the durations of a proxy as a histogram',
  async () => {
    const port = await httpServer((_, response) => void setTimeout(() => response.end(), LATE));
    const proxy = await runProxy(proxyOptions(port));
    await fetch(`http://127.0.0.1:${proxy.port}/`);
    const ask = await scrapeWithPrometheus(proxy.admin);
    await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
    const median = JSON.parse(
      await ask('histogram_quantile(0.5, http_server_request_duration_seconds_bucket)'),
    );
    const [result] = median.data.result;
    expect(result.metric).toMatchObject({ http_request_method: 'GET', http_response_status_code: '200' });
    // Within the bucket of 1 to 2.5 s.
    expect(Number(result.value[1])).toBeGreaterThan(1);
  },
);
