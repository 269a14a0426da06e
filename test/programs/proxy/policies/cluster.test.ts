import { describe, expect, test } from 'vitest';
import { admitted, instances, limits, newCluster, owners, passive, retryOn, urls } from './support.ts';

describe('limits', () => {
  test('what is more than maxParallelRequests is not let in, until one has ended', () => {
    const cluster = newCluster(limits({ maxParallelRequests: 1 }));
    const first = admitted(cluster, 'first');
    expect(cluster.admit('second', null, 'GET')).toBeNull();
    cluster.release(first, 0);
    expect(cluster.admit('second', null, 'GET')).not.toBeNull();
    expect(cluster.counters.requestOverflows).toBe(1);
  });

  test('what is more than maxConnections waits for its turn in order, and newcomers behind it', () => {
    const cluster = newCluster(limits({ maxConnections: 1 }));
    const [a, b, c] = ['a', 'b', 'c'].map((name) => admitted(cluster, name)) as [never, never, never];
    expect([a, b, c].map((one) => cluster.start(one, 0, 0, null))).toEqual([0, 'waits', 'waits']);
    cluster.release(a, 10);
    const d = admitted(cluster, 'd');
    expect(cluster.start(d, 10, 0, null)).toBe('waits');
    expect(cluster.wakeAt).toBe(10);
    expect(owners(cluster.wake(10))).toEqual(['b']);
    expect(cluster.start(b, 10, 0, null)).toBe(0);
    cluster.release(b, 20);
    expect(owners(cluster.wake(20))).toEqual(['c']);
  });

  test('a connection of HTTP/2 carries any number of requests', () => {
    const cluster = newCluster({ protocol: 'h2', ...limits({ maxConnections: 1 }) });
    const starts = ['a', 'b'].map((name) => cluster.start(admitted(cluster, name), 0, 0, null));
    expect(starts).toEqual([0, 0]);
  });

  test('what is more than maxPendingRequests does not wait', () => {
    const cluster = newCluster(limits({ maxConnections: 1, maxPendingRequests: 1 }));
    const starts = ['a', 'b', 'c'].map((name) => cluster.start(admitted(cluster, name), 0, 0, null));
    expect(starts).toEqual([0, 'waits', 'overflow']);
    expect(cluster.counters.pendingOverflows).toBe(1);
  });
});

describe('hold', () => {
  test('a request waits until a process is ready, and goes at once then', () => {
    const cluster = newCluster({ endpoints: instances(1), holdFor: 5_000 });
    const request = admitted(cluster, 'request');
    expect(cluster.start(request, 0, 0, null)).toBe('waits');
    expect(cluster.wakeAt).toBe(5_000);
    cluster.setReady(0, true, 1_200);
    expect(cluster.wakeAt).toBe(1_200);
    expect(owners(cluster.wake(1_200))).toEqual(['request']);
    expect(cluster.start(request, 1_200, 0, null)).toBe(0);
  });

  test('it waits for holdFor and no longer', () => {
    const cluster = newCluster({ endpoints: instances(1), holdFor: 5_000 });
    const request = admitted(cluster, 'request');
    cluster.start(request, 0, 0, null);
    expect(cluster.wake(4_999)).toEqual([]);
    expect(owners(cluster.wake(5_000))).toEqual(['request']);
    expect(cluster.start(request, 5_000, 0, null)).toBe('none-ready');
    cluster.release(request, 5_000);
    expect(cluster.limits).toMatchObject({ requests: 0, pending: 0 });
  });

  test('nobody waits for a process that stays down, and whoever waits for it is told at once', () => {
    const cluster = newCluster({ endpoints: instances(1), holdFor: 5_000 });
    const [early, late, again] = ['early', 'late', 'again'].map((name) => admitted(cluster, name)) as [
      ...[never, never, never],
    ];
    expect(cluster.start(early, 0, 0, null)).toBe('waits');
    cluster.setComing(0, false, 100);
    expect(cluster.wakeAt).toBe(100);
    expect(owners(cluster.wake(100))).toEqual(['early']);
    expect(cluster.start(early, 100, 0, null)).toBe('none-ready');
    expect(cluster.start(late, 100, 0, null)).toBe('none-ready');
    cluster.setComing(0, true, 200);
    expect(cluster.start(again, 200, 0, null)).toBe('waits');
  });

  test('a process that comes is waited for, though another one stays down', () => {
    const cluster = newCluster({ endpoints: instances(2), holdFor: 5_000 });
    const request = admitted(cluster, 'request');
    cluster.start(request, 0, 0, null);
    cluster.setComing(0, false, 100);
    expect(owners(cluster.wake(100))).toEqual([]);
    expect(cluster.wakeAt).toBe(5_000);
  });

  test('without holdFor it does not wait', () => {
    const cluster = newCluster({ endpoints: instances(1) });
    expect(cluster.start(admitted(cluster, 'request'), 0, 0, null)).toBe('none-ready');
  });

  test('an endpoint that refuses connections is tried by one of those that wait, and when it is up all go', () => {
    const cluster = newCluster({ holdFor: 5_000 });
    const [a, b] = ['a', 'b'].map((name) => admitted(cluster, name)) as [never, never];
    cluster.start(a, 0, 0, null);
    expect(cluster.failed(a, 'connect-failure', true, 0, 0)).toBe('waits');
    expect(cluster.start(b, 1, 0, null)).toBe('waits');
    expect(cluster.wakeAt).toBe(25);
    expect(owners(cluster.wake(25))).toEqual(['a']);
    expect(cluster.start(a, 25, 0, null)).toBe(0);
    expect(cluster.wake(30)).toEqual([]);
    expect(cluster.failed(a, 'connect-failure', true, 30, 0)).toBe('waits');
    expect(cluster.wakeAt).toBe(30 + 50);
    expect(owners(cluster.wake(80))).toEqual(['b']);
    expect(cluster.start(b, 80, 0, null)).toBe(0);
    cluster.connected(b, 81);
    expect(cluster.wakeAt).toBe(81);
    expect(owners(cluster.wake(81))).toEqual(['a']);
  });

  test('when the one that tries leaves another one tries', () => {
    const cluster = newCluster({ holdFor: 5_000 });
    const [a, b] = ['a', 'b'].map((name) => admitted(cluster, name)) as [never, never];
    cluster.start(a, 0, 0, null);
    cluster.failed(a, 'connect-failure', true, 0, 0);
    cluster.start(b, 0, 0, null);
    cluster.start(a, 25, 0, null);
    cluster.release(a, 30);
    expect(owners(cluster.wake(30))).toEqual(['b']);
    expect(cluster.start(b, 30, 0, null)).toBe(0);
  });

  test('a refusal from before says nothing about the one that tries', () => {
    const cluster = newCluster({ holdFor: 5_000 });
    const [a, b] = ['a', 'b'].map((name) => admitted(cluster, name)) as [never, never];
    for (const one of [a, b]) cluster.start(one, 0, 0, null);
    cluster.failed(a, 'connect-failure', true, 0, 0);
    cluster.start(a, 25, 0, null);
    expect(cluster.failed(b, 'connect-failure', true, 26, 0)).toBe('waits');
    expect(cluster.wake(1_000)).toEqual([]);
  });

  test('no endpoint that is refused costs a retry, or counts for its ejection', () => {
    const cluster = newCluster({
      holdFor: 5_000,
      passive: { ...passive, consecutive5XxErrors: 1, alwaysEjectOneEndpoint: true },
    });
    const request = admitted(cluster, 'request', { retry: retryOn(1, 'connect-failure') });
    cluster.start(request, 0, 0, null);
    cluster.failed(request, 'connect-failure', true, 0, 0);
    expect(cluster.counters.retries).toBe(0);
    expect(cluster.outlier?.ejected).toBe(0);
  });

  test('without holdFor it does both', () => {
    const cluster = newCluster({
      passive: { ...passive, consecutive5XxErrors: 1, alwaysEjectOneEndpoint: true },
    });
    const request = admitted(cluster, 'request', { retry: retryOn(1, 'connect-failure') });
    cluster.start(request, 0, 0, null);
    cluster.failed(request, 'connect-failure', true, 0, 0);
    expect(cluster.counters.retries).toBe(1);
    expect(cluster.outlier?.ejected).toBe(1);
  });

  test('when all are ejected a request does not wait', () => {
    const cluster = newCluster({ holdFor: 5_000, passive: { ...passive, alwaysEjectOneEndpoint: true } });
    for (let number = 0; number < 5; number += 1) {
      const request = admitted(cluster, 'request');
      cluster.start(request, 0, 0, null);
      cluster.responded(request, 500, [], true, 0, 0, 0);
      cluster.release(request, 0);
    }
    expect(cluster.start(admitted(cluster, 'request'), 0, 0, null)).toBe('none-healthy');
  });

  test('a request whose connection was reset is sent again if it may be sent twice', () => {
    const cluster = newCluster({ holdFor: 5_000 });
    const [get, post, stream] = [
      admitted(cluster, 'get'),
      admitted(cluster, 'post', { method: 'POST' }),
      admitted(cluster, 'stream', { method: 'PUT' }),
    ];
    for (const one of [get, post, stream]) cluster.start(one, 0, 0, null);
    expect(cluster.failed(get, 'reset', true, 0, 0)).toBe('waits');
    expect(cluster.failed(post, 'reset', true, 0, 0)).toBe('not-retried');
    expect(cluster.failed(stream, 'reset', false, 0, 0)).toBe('not-retried');
    expect(owners(cluster.wake(0))).toEqual(['get']);
  });

  test('it is sent again at once, then after pauses, and six times in all', () => {
    const cluster = newCluster({ holdFor: 5_000 });
    const poison = admitted(cluster, 'poison');
    const pauses: number[] = [];
    let now = 0;
    while (pauses.length < 10) {
      cluster.wake(now);
      cluster.start(poison, now, 0, null);
      if (cluster.failed(poison, 'reset', true, now, 0) !== 'waits') break;
      pauses.push(cluster.wakeAt - now);
      now = cluster.wakeAt;
    }
    expect(pauses).toEqual([0, 25, 100, 250, 250]);
  });
});

describe('retries', () => {
  test('a request goes to another endpoint after a pause', () => {
    const cluster = newCluster({ endpoints: urls(1, 1) });
    const request = admitted(cluster, 'request', { retry: retryOn(1, 'reset') });
    expect(cluster.start(request, 0, 0, null)).toBe(0);
    expect(cluster.failed(request, 'reset', true, 0, 0.5)).toBe('waits');
    expect(cluster.wakeAt).toBe(12.5);
    expect(owners(cluster.wake(12.5))).toEqual(['request']);
    expect(cluster.start(request, 12.5, 0, null)).toBe(1);
    expect(cluster.failed(request, 'reset', true, 20, 0)).toBe('retries-used-up');
  });

  test('the budget is a share of all requests, and three at the least', () => {
    const cluster = newCluster();
    const requests = Array.from({ length: 20 }, (_, index) =>
      admitted(cluster, `${index}`, { retry: retryOn(1, '5xx') }),
    );
    for (const one of requests) cluster.start(one, 0, 0, null);
    const verdicts = requests.slice(0, 6).map((one) => cluster.responded(one, 500, [], true, 0, 0, 0));
    expect(verdicts).toEqual(['waits', 'waits', 'waits', 'waits', 'retry-overflow', 'retry-overflow']);
    expect(cluster.counters).toMatchObject({ retries: 4, retryOverflows: 2 });
  });

  test('Retry-After of a response is waited for', () => {
    const cluster = newCluster();
    const request = admitted(cluster, 'request', { retry: retryOn(1, '5xx') });
    cluster.start(request, 0, 0, null);
    cluster.responded(request, 503, ['Retry-After', '2'], true, 0, 0.5, 0);
    expect(cluster.wakeAt).toBe(2_500);
  });
});

test('an ejected endpoint gets no requests until its time is over, and then again', () => {
  const cluster = newCluster({
    endpoints: urls(1, 1),
    loadBalancer: { type: 'RoundRobin' },
    passive: { ...passive, maxEjectionPercent: 50 },
  });
  for (let number = 0; number < 10; number += 1) {
    const request = admitted(cluster, 'request');
    const endpoint = cluster.start(request, 0, 0, null);
    cluster.responded(request, endpoint === 0 ? 500 : 200, [], true, 0, 0, 0);
    cluster.release(request, 0);
  }
  expect(cluster.endpoints.available).toEqual([1]);
  cluster.wake(20_000);
  expect(cluster.endpoints.available).toEqual([1]);
  cluster.wake(cluster.wakeAt);
  expect(cluster.endpoints.available).toEqual([0, 1]);
});

test('an open breaker refuses at once', () => {
  const trip = { consecutiveFailures: 1, timeout: 60_000, maxRequests: 1, interval: 0 };
  const cluster = newCluster(limits({ trip }));
  const request = admitted(cluster, 'request');
  cluster.start(request, 0, 0, null);
  cluster.failed(request, 'reset', true, 0, 0);
  expect(cluster.start(admitted(cluster, 'second'), 59_999, 0, null)).toBe('open');
  expect(cluster.start(admitted(cluster, 'third'), 60_000, 0, null)).toBe(0);
});

describe('active checks', () => {
  const active = { path: '/', timeout: 1_000, interval: 3_000, unhealthyThreshold: 3, healthyThreshold: 2 };

  test('so many that fail in a row take an endpoint out, and so many that pass bring it back', () => {
    const cluster = newCluster({ active });
    const results = [false, false, true, false, false, false, true, true];
    const changes = results.map((isPassed, index) => cluster.checked(0, isPassed, index));
    expect(changes).toEqual([false, false, false, false, false, true, false, true]);
  });

  test('an endpoint that is out gets no requests', () => {
    const cluster = newCluster({ active });
    for (const now of [0, 1, 2]) cluster.checked(0, false, now);
    expect(cluster.start(admitted(cluster, 'request'), 3, 0, null)).toBe('none-healthy');
  });

  test('one that passes ends an ejection', () => {
    const cluster = newCluster({
      active,
      passive: { ...passive, consecutive5XxErrors: 1, maxEjectionPercent: 100 },
    });
    const request = admitted(cluster, 'request');
    cluster.start(request, 0, 0, null);
    cluster.failed(request, 'reset', false, 0, 0);
    expect(cluster.endpoints.available).toEqual([]);
    cluster.checked(0, true, 1);
    expect(cluster.endpoints.available).toEqual([0]);
  });
});

test('a response of gRPC without a body counts by its grpc-status', () => {
  const cluster = newCluster({
    protocol: 'h2',
    passive: { ...passive, consecutive5XxErrors: 1, maxEjectionPercent: 100 },
  });
  const send = (code: string): void => {
    const request = admitted(cluster, 'request');
    cluster.start(request, 0, 0, null);
    cluster.responded(request, 200, ['grpc-status', code], true, 0, 0, 0);
    cluster.release(request, 0);
  };
  send('5');
  expect(cluster.outlier?.ejected).toBe(0);
  send('14');
  expect(cluster.outlier?.ejected).toBe(1);
});
