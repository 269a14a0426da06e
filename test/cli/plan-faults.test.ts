import { describe, expect, it } from 'vitest';
import { planFaults } from '../../src/cli/plan-faults.ts';
import { proxyLines } from '../../src/cli/toxic-words.ts';

const requestOf = (...args: Parameters<typeof planFaults>): unknown => {
  const planned = planFaults(...args);
  return planned.ok ? planned.request : planned.message;
};

describe('the arguments of faults', () => {
  it('ask for a list, or for one change', () => {
    expect(requestOf(undefined, [], {})).toBe(null);
    expect(requestOf('slow', [], { disable: true })).toEqual({
      ...{ method: 'PATCH', path: '/proxies/slow', body: { enabled: false } },
    });
    expect(requestOf('slow', [], { enable: true })).toMatchObject({ body: { enabled: true } });
    expect(requestOf('slow', [], { reset: true })).toEqual({ method: 'POST', path: '/reset' });
    expect(requestOf('slow', [], { remove: 'a b' })).toEqual({
      ...{ method: 'DELETE', path: '/proxies/slow/toxics/a%20b' },
    });
  });

  it('add a toxic, or change the one that is there', () => {
    const changes = { attributes: { latency: 200, jitter: 5 }, toxicity: 0.5 };
    const words = ['latency=200', 'jitter=5'];
    expect(requestOf('slow', words, { add: 'latency', upstream: true, toxicity: 0.5 })).toEqual({
      method: 'POST',
      path: '/proxies/slow/toxics',
      body: { type: 'latency', stream: 'upstream', ...changes },
      otherwise: { method: 'PATCH', path: '/proxies/slow/toxics/latency_upstream', body: changes },
    });
  });

  it.each([
    [undefined, [], { add: 'latency' }, '--add needs the name of a faults sidecar'],
    ['slow', [], { add: 'latency', reset: true }, '--add and --reset exclude each other'],
    ['slow', ['latency=1'], {}, 'attributes are for --add TYPE'],
    ['slow', [], { upstream: true }, '--upstream and --toxicity are for --add TYPE'],
    ['slow', ['latency'], { add: 'latency' }, "'latency' is no attribute: write latency=NUMBER"],
    ['slow', ['latency=-1'], { add: 'latency' }, "'latency=-1' is no attribute: write latency=NUMBER"],
    [
      'slow',
      ['latencz=1'],
      { add: 'latency' },
      'latency has no attribute latencz (did you mean latency?); it has latency, jitter',
    ],
  ] as const)('that are wrong are refused: %s %j %j', (name, words, options, message) => {
    expect(requestOf(name, words, options)).toBe(message);
  });
});

it('what a faults sidecar does is a line for each proxy and toxic', () => {
  const proxy = { name: 'slow', listen: '127.0.0.1:1', upstream: '127.0.0.1:2', enabled: true };
  const lag = { name: 'latency_downstream', type: 'latency', stream: 'downstream', toxicity: 1 };
  const cut = { name: 'cut', type: 'timeout', stream: 'upstream', toxicity: 0.3, attributes: { timeout: 0 } };
  const toxics = [{ ...lag, attributes: { latency: 200, jitter: 0 } }, cut];
  expect(proxyLines({ ...proxy, toxics })).toEqual([
    'slow: 127.0.0.1:1 to 127.0.0.1:2',
    '  latency_downstream  downstream  latency=200  jitter=0',
    '  cut  timeout  upstream  timeout=0  30% of connections',
  ]);
  expect(proxyLines({ ...proxy, toxics: [] })).toEqual(['slow: 127.0.0.1:1 to 127.0.0.1:2, no toxics']);
  expect(proxyLines({ ...proxy, enabled: false, toxics: [] })).toEqual([
    'slow: 127.0.0.1:1 to 127.0.0.1:2, disabled: connections are refused',
  ]);
});

it('what it does to HTTP requests is a line for each fault', () => {
  const proxy = { name: 'slow', listen: '127.0.0.1:1', upstream: '127.0.0.1:2', enabled: true, toxics: [] };
  const turns = { failFirst: null, every: null, percentage: null };
  const all = { ...turns, path: null, method: null, status: null, delay: 0, matched: 4, injected: 2 };
  const http = [
    { ...all, path: '/orders', method: 'POST', failFirst: 2, status: 503 },
    { ...all, method: 'GET', every: 3, status: 500, delay: 20 },
    { ...all, percentage: 12.5, delay: 2000 },
    { ...all, path: '/a', status: 418 },
  ];
  expect(proxyLines({ ...proxy, http })).toEqual([
    'slow: 127.0.0.1:1 to 127.0.0.1:2',
    '  POST /orders  first 2  status 503  injected into 2 of 4',
    '  GET  every 3  delay 20ms  status 500  injected into 2 of 4',
    '  requests  12.5%  delay 2000ms  injected into 2 of 4',
    '  /a  status 418  injected into 2 of 4',
  ]);
});
