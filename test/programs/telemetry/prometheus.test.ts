import { expect, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { isInstalled } from '../../support/installed.ts';
import { scrapeWithPrometheus } from '../../support/prometheus.ts';
import { attribute, spanId, traceId } from './requests.ts';
import { runTelemetry } from './running-telemetry.ts';

test.runIf(isInstalled('prometheus'))(
  'Prometheus scrapes what telemetry has received, with exemplars',
  async () => {
    const telemetry = await runTelemetry();
    const timeUnixNano = `${Date.now()}000000`;
    const exemplars = [{ timeUnixNano, asDouble: 0.3, traceId: traceId(7), spanId: spanId(7) }];
    const attributes = [attribute('http.route', '/orders "new"\\'), attribute('', 'no name')];
    const scope = {
      metrics: [
        {
          ...{ name: 'http.server.request.duration', unit: 's' },
          histogram: {
            aggregationTemporality: 2,
            dataPoints: [
              {
                ...{ timeUnixNano, attributes, exemplars, count: '3', sum: 0.8 },
                ...{ bucketCounts: ['1', '2', '0'], explicitBounds: [0.1, 0.5] },
              },
            ],
          },
        },
        {
          name: 'orders',
          sum: {
            ...{ aggregationTemporality: 2, isMonotonic: true },
            dataPoints: [{ timeUnixNano, asInt: '5', exemplars }],
          },
        },
        { name: 'queue.length', unit: '{order}', gauge: { dataPoints: [{ timeUnixNano, asDouble: 1.5 }] } },
      ],
    };
    const resource = { attributes: [attribute('service.name', 'shop')] };
    expect(await telemetry.post('metrics', { resourceMetrics: [{ resource, scopeMetrics: [scope] }] })).toBe(
      200,
    );

    const ask = await scrapeWithPrometheus(Number(new URL(telemetry.admin).port), '/federate');
    await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
    const valueFor = async (query: string) => JSON.parse(await ask(query)).data.result[0]?.value[1];
    const series =
      'http_server_request_duration_seconds_bucket{http_route="/orders \\"new\\"\\\\",exported_job="shop"';
    expect(await valueFor(`${series},le="0.5"}`)).toBe('3');
    expect(await valueFor('http_server_request_duration_seconds_count')).toBe('3');
    expect(await valueFor('orders_total')).toBe('5');
    expect(await valueFor('queue_length')).toBe('1.5');
    expect(await valueFor('scrape_samples_scraped')).toBe('7');
    const traceOf = async (query: string) =>
      JSON.parse(await ask(query, 'query_exemplars')).data[0]?.exemplars[0]?.labels;
    const ids = { trace_id: traceId(7), span_id: spanId(7) };
    expect(await traceOf('http_server_request_duration_seconds_bucket')).toEqual(ids);
    expect(await traceOf('orders_total')).toEqual(ids);
  },
);
