import { execa } from 'execa';
import { expect, test } from 'vitest';
import { eventually } from '../../../support/deadline.ts';
import { isInstalled } from '../../../support/installed.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';
import { runProxy } from '../support/run-proxy.ts';
import { httpServer } from '../support/server.ts';

const PASSIVE = {
  ...{ consecutive5XxErrors: 1, interval: 10_000, baseEjectionTime: 30_000, maxEjectionTime: 300_000 },
  ...{ maxEjectionPercent: 100, alwaysEjectOneEndpoint: false },
};

const startFailing = async () => {
  const port = await httpServer((_, response) => response.writeHead(500).end('broken'));
  const only = {
    path: { type: 'PathPrefix', value: '/a' },
    headers: [],
    queryParams: [],
    method: null,
  } as const;
  const requestHeaders = { set: { authorization: 'Bearer hunter2' }, add: {}, remove: [] };
  const options = proxyOptions(port, {
    clusters: { web: clusterOptions([port], { passive: PASSIVE, holdFor: 0 }) },
    listeners: [listenerOptions({ routes: [routeOptions({ matches: [only], requestHeaders })] })],
  });
  // What goes to the descriptor goes to the output.
  const proxy = await runProxy(options, { env: { NOTIFY_FD: '1' } });
  const statusOf = async (path: string): Promise<number> => {
    const response = await fetch(`http://127.0.0.1:${proxy.port}${path}`);
    await response.text();
    return response.status;
  };
  const page = async (path: string): Promise<string> =>
    (await fetch(`http://127.0.0.1:${proxy.admin}${path}`)).text();
  return { proxy, statusOf, page };
};

test('a proxy counts what it serves, and says that it has ejected an endpoint', async () => {
  const { proxy, statusOf, page } = await startFailing();
  expect([await statusOf('/a'), await statusOf('/a'), await statusOf('/b')]).toEqual([500, 503, 404]);
  const metrics = await page('/metrics');
  for (const line of [
    'http_server_request_duration_seconds_count{listener="http",http_request_method="GET",http_response_status_code="500"} 1',
    'http_server_request_duration_seconds_count{listener="http",http_request_method="GET",http_response_status_code="404"} 1',
    'http_client_request_duration_seconds_count{cluster="web",http_response_status_code="500"} 1',
    'sidecar_response_flags_total{listener="http",flag="UH"} 1',
    'sidecar_response_flags_total{listener="http",flag="NR"} 1',
    'sidecar_upstream_rq_total{cluster="web"} 1',
    'sidecar_outlier_ejections_active{cluster="web"} 1',
    'sidecar_membership_healthy{cluster="web"} 0',
  ])
    expect(metrics.split('\n')).toContain(line);
  expect(metrics).toMatch(/^sidecar_downstream_tx_bytes_total\{listener="http"\} \d{2,}$/m);
  expect(metrics).toMatch(/^sidecar_downstream_cx_total\{listener="http"\} [1-3]$/m);
  await eventually('the status', () => proxy.output.includes('STATUS=1 of 1 endpoints of web ejected\n'));
});

test('the pages of a proxy have its figures, and its options without secrets', async () => {
  const { statusOf, page } = await startFailing();
  await statusOf('/a');
  expect(JSON.parse(await page('/stats'))).toMatchObject({
    isDraining: false,
    listeners: { http: { requests: { total: 1, open: 0 } } },
    clusters: { web: { counters: { attempts: 1 }, endpoints: [{ ejected: true, healthy: false }] } },
  });
  const dump = await page('/config_dump');
  expect(dump).not.toContain('hunter2');
  expect(JSON.parse(dump).listeners[0].routes[0].requestHeaders.set).toEqual({ authorization: '***' });
});

test.runIf(isInstalled('promtool'))('promtool finds nothing wrong with the metrics of a proxy', async () => {
  const { statusOf, page } = await startFailing();
  await statusOf('/a');
  const { all, exitCode } = await execa('promtool', ['check', 'metrics'], {
    ...{ input: await page('/metrics'), all: true, reject: false },
  });
  expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
});
