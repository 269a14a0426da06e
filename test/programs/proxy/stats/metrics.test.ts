import { execa } from 'execa';
import { describe, expect, it, test } from 'vitest';
import { Cluster } from '../../../../src/programs/proxy/policies/cluster.ts';
import { DurationHistogram } from '../../../../src/programs/proxy/stats/duration-histogram.ts';
import { maskedOptions } from '../../../../src/programs/proxy/stats/masked-options.ts';
import { metricsOf } from '../../../../src/programs/proxy/stats/metrics.ts';
import { ProxyStats } from '../../../../src/programs/proxy/stats/proxy-stats.ts';
import { statsPage } from '../../../../src/programs/proxy/stats/stats-page.ts';
import { statusText } from '../../../../src/programs/proxy/stats/status-text.ts';
import { isInstalled } from '../../../support/installed.ts';
import { clusterOptions, listenerOptions, proxyOptions, routeOptions } from '../support/proxy-options.ts';

const SERVED = { responseFlags: [], bytesReceived: 10, bytesSent: 20, duration: 3 } as const;

/** A proxy that has served some requests, with one of two endpoints ejected. */
const used = () => {
  const stats = new ProxyStats();
  const listener = stats.listener('http');
  Object.assign(listener, { connections: 3, openConnections: 2, openRequests: 1 });
  listener.served({ ...SERVED, method: 'GET', responseCode: 200 });
  listener.served({ ...SERVED, method: 'GET', responseCode: 200, duration: 20_000 });
  listener.served({ ...SERVED, method: 'POST', responseCode: 503, responseFlags: ['URX', 'UF'] });
  listener.served({ ...SERVED, method: 'HACK"\n', responseCode: 400, responseFlags: ['DPE'] });
  const passive = { ...passiveOptions, consecutive5XxErrors: 1, maxEjectionPercent: 50 };
  const cluster = new Cluster<string>(clusterOptions([3000, 3001], { passive, holdFor: 0 }), 0);
  for (let at = 0; at < 4; at += 1) {
    const passage = cluster.admit('', null, 'GET');
    if (passage === null) throw new Error('the request was refused');
    const endpoint = cluster.start(passage, 0, 0, null);
    cluster.responded(passage, endpoint === 0 ? 500 : 200, [], false, 0, 0, 0);
    cluster.release(passage, 0);
  }
  const upstream = stats.cluster('web');
  upstream.responded(200, 2);
  Object.assign(upstream, { connectFailures: 4, timeouts: 5, openConnections: 6 });
  return { stats, clusters: new Map([['web', cluster]]) };
};

const passiveOptions = {
  ...{ consecutive5XxErrors: 5, interval: 10_000, baseEjectionTime: 30_000 },
  ...{ maxEjectionTime: 300_000, maxEjectionPercent: 10, alwaysEjectOneEndpoint: false },
};

const textOf = async (): Promise<string> => {
  const { stats, clusters } = used();
  return (await metricsOf(stats, clusters, { sent: 7, dropped: 2 })).text;
};

describe('metrics of a proxy', () => {
  it.each([
    'http_server_request_duration_seconds_bucket{listener="http",http_request_method="GET",http_response_status_code="200",le="0.005"} 1',
    'http_server_request_duration_seconds_bucket{listener="http",http_request_method="GET",http_response_status_code="200",le="10"} 1',
    'http_server_request_duration_seconds_bucket{listener="http",http_request_method="GET",http_response_status_code="200",le="+Inf"} 2',
    'http_server_request_duration_seconds_sum{listener="http",http_request_method="GET",http_response_status_code="200"} 20.003',
    'http_server_request_duration_seconds_count{listener="http",http_request_method="_OTHER",http_response_status_code="400"} 1',
    'http_client_request_duration_seconds_count{cluster="web",http_response_status_code="200"} 1',
    'sidecar_downstream_cx_total{listener="http"} 3',
    'sidecar_downstream_cx_active{listener="http"} 2',
    'sidecar_downstream_rq_active{listener="http"} 1',
    'sidecar_downstream_rx_bytes_total{listener="http"} 40',
    'sidecar_downstream_tx_bytes_total{listener="http"} 80',
    'sidecar_response_flags_total{listener="http",flag="UF"} 1',
    'sidecar_upstream_rq_total{cluster="web"} 4',
    'sidecar_upstream_rq_active{cluster="web"} 0',
    'sidecar_upstream_rq_pending_active{cluster="web"} 0',
    'sidecar_upstream_rq_pending_overflow_total{cluster="web"} 0',
    'sidecar_upstream_rq_retry_total{cluster="web"} 0',
    'sidecar_upstream_rq_retry_success_total{cluster="web"} 0',
    'sidecar_upstream_rq_retry_overflow_total{cluster="web"} 0',
    'sidecar_upstream_rq_retry_limit_exceeded_total{cluster="web"} 0',
    'sidecar_upstream_rq_timeout_total{cluster="web"} 5',
    'sidecar_upstream_cx_active{cluster="web"} 6',
    'sidecar_upstream_cx_connect_fail_total{cluster="web"} 4',
    'sidecar_membership{cluster="web"} 2',
    'sidecar_membership_healthy{cluster="web"} 1',
    'sidecar_outlier_ejections_active{cluster="web"} 1',
    'sidecar_outlier_ejections_total{cluster="web"} 1',
    'sidecar_circuit_breaker_open{cluster="web"} 0',
    'sidecar_spans_sent_total 7',
    'sidecar_spans_dropped_total 2',
    'sidecar_endpoint_healthy{cluster="web",endpoint="127.0.0.1:3000"} 0',
    'sidecar_endpoint_healthy{cluster="web",endpoint="127.0.0.1:3001"} 1',
    'sidecar_endpoint_rq_active{cluster="web",endpoint="127.0.0.1:3001"} 0',
  ])('have %s', async (line) => {
    expect((await textOf()).split('\n')).toContain(line);
  });

  test.runIf(isInstalled('promtool'))('satisfy promtool', async () => {
    const { all, exitCode } = await execa('promtool', ['check', 'metrics'], {
      ...{ input: await textOf(), all: true, reject: false },
    });
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  });
});

test('the page of figures has the same for people', () => {
  const { stats, clusters } = used();
  expect(statsPage(stats, clusters)).toMatchObject({
    listeners: {
      http: {
        connections: { open: 2, total: 3 },
        requests: { open: 1, total: 4 },
        bytes: { received: 40, sent: 80 },
        flags: { URX: 1, UF: 1, DPE: 1 },
      },
    },
    clusters: {
      web: {
        attempts: { underWay: 0, waiting: 0, timeouts: 5 },
        connections: { open: 6, failed: 4 },
        counters: { attempts: 4, retries: 0 },
        breaker: null,
        endpoints: [
          { address: '127.0.0.1:3000', healthy: false, ready: true, ejected: true, active: 0 },
          { address: '127.0.0.1:3001', healthy: true, ready: true, ejected: false, active: 0 },
        ],
      },
    },
  });
});

test('a duration that is a bound counts within it', () => {
  const histogram = new DurationHistogram();
  for (const milliseconds of [5, 5.1, 10_000, 10_001]) histogram.observe(milliseconds);
  expect([...histogram.counts]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
  expect(histogram.count).toBe(4);
});

test('the options on the admin port have no secrets, and everything else', () => {
  const route = routeOptions({
    requestHeaders: {
      set: { authorization: 'Bearer a', 'x-env': 'dev', 'x-upstream': 'Basic b' },
      add: { 'X-Api-Key': 'c' },
      remove: ['cookie'],
    },
    matches: [
      {
        ...{ path: null, method: 'GET', queryParams: [{ type: 'Exact', name: 'token', value: 'd' }] },
        headers: [
          { type: 'Exact', name: 'x-session', value: 'e' },
          { type: 'Present', name: 'cookie', value: '' },
          { type: 'Exact', name: 'x-b', value: 'shown' },
        ],
      },
    ],
  });
  const options = proxyOptions(3000, { listeners: [listenerOptions({ routes: [route] })] });
  expect(maskedOptions(options)).toEqual({
    ...options,
    listeners: [
      {
        ...options.listeners[0],
        routes: [
          {
            ...route,
            requestHeaders: {
              set: { authorization: '***', 'x-env': 'dev', 'x-upstream': '***' },
              add: { 'X-Api-Key': '***' },
              remove: ['cookie'],
            },
            matches: [
              {
                ...{
                  path: null,
                  method: 'GET',
                  queryParams: [{ type: 'Exact', name: 'token', value: '***' }],
                },
                headers: [
                  { type: 'Exact', name: 'x-session', value: '***' },
                  { type: 'Present', name: 'cookie', value: '' },
                  { type: 'Exact', name: 'x-b', value: 'shown' },
                ],
              },
            ],
          },
        ],
      },
    ],
  });
});

describe('the status of a proxy', () => {
  it('says how many endpoints are ejected', () => {
    expect(statusText(used().clusters)).toBe('1 of 2 endpoints of web ejected');
  });

  it('says that a circuit breaker is open, and nothing while there is nothing to say', () => {
    const trip = { consecutiveFailures: 1, timeout: 60_000, maxRequests: 1, interval: 0 };
    const circuitBreaker = { ...clusterOptions([]).circuitBreaker, trip };
    const cluster = new Cluster<string>(clusterOptions([3000], { circuitBreaker, holdFor: 0 }), 0);
    const clusters = new Map([['web', cluster]]);
    expect(statusText(clusters)).toBe('');
    const passage = cluster.admit('', null, 'GET');
    if (passage === null) throw new Error('the request was refused');
    cluster.start(passage, 0, 0, null);
    cluster.responded(passage, 500, [], false, 0, 0, 0);
    expect(statusText(clusters)).toBe('circuit breaker of web open');
  });
});
