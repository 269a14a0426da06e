import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, test, vi } from 'vitest';
import { makeFolder, problemsOf } from '../config/support.ts';
import { isInstalled } from '../support/installed.ts';

const shop = (options: object, more: object = {}) => ({
  volumes: { logs: {} },
  sidecars: { edge: { use: 'ambassador', with: { to: 'web', ...options }, ...more } },
  primary: { name: 'web', command: 'web', ports: { http: 3000 } },
});

describe('what is wrong with an ambassador is said in the words of its options', () => {
  it.each([
    [{ to: 'wbe' }, "to: there is no process 'wbe'. Did you mean 'web'? There are: web."],
    [{ to: 'web.htpp' }, "to: there is no port 'web.htpp'. Did you mean 'web.http'? There are: web.http."],
    [{ to: 'edge' }, "to: there is no process 'edge'. There are: web."],
    [{ to: [{ name: 'wbe' }] }, "to[0].name: there is no process 'wbe'. Did you mean 'web'? There are: web."],
    [{ to: [] }, /^to: is \[\]; expected a process/],
    [{ to: [{ name: 'web', weight: 0 }] }, 'to[0].weight: is 0; expected a weight above 0 for one of them.'],
    [{ to: 'ftp://a.test' }, /^to: is 'ftp:\/\/a.test'; expected an http, https or tcp URL/],
    [{ to: 'http://me:pw@a.test' }, /^to: is .*; expected an http, https or tcp URL of a host, without user/],
    [{ to: 'tcp://a.test:5' }, "to: means nothing without protocol: 'tcp': add that, or leave it out."],
    [{ to: [{ name: 'http://a.test/a' }, { name: 'http://b.test' }] }, /^to\[1\].name: is .* the same path/],
    [{ routes: [{ to: 'wbe' }] }, /^routes\[0\].to: there is no process 'wbe'. Did you mean 'web'\?/],
    [{ requestMirror: { to: 'wbe' } }, /^requestMirror.to: there is no process 'wbe'/],
    [{ tsl: true }, /^tsl: unknown field. Did you mean 'tls'\?/],
    [{ tls: { nmaes: [] } }, /^tls.nmaes: unknown field. Did you mean 'names'\?/],
    [{ tls: 'yes' }, /^tls: is 'yes'; expected true, false, or an object with cert/],
    [{ tls: { cert: 'a' } }, 'tls.cert: means nothing without key: add that, or leave it out.'],
    [{ tls: { key: 'a' } }, 'tls.key: means nothing without cert: add that, or leave it out.'],
    [{ tls: { cert: 'a.crt', key: 'none' } }, 'tls.key: there is no file <folder>/none.'],
    [{ tls: { cert: 'a.crt', key: 'a.crt' } }, 'tls.cert: is no certificate in PEM.'],
    [{ tls: { sni: { 'a.test': { cert: 'a.crt' } } } }, /^tls.sni\["a.test"\].key: is missing/],
    [
      { tls: { names: ['example.com'] } },
      /^tls.names\[0\]: is 'example.com'; expected localhost, a name below/,
    ],
    [{ tls: { ca: 'none' } }, 'tls.ca: there is no file <folder>/none.'],
    [{ tls: { clientAuth: 'yes' } }, "tls.clientAuth: is 'yes'; expected 'none', 'request' or 'require'."],
    [{ redirectPort: 'auto' }, 'redirectPort: means nothing without tls: add that, or leave it out.'],
    [{ port: 70_000 }, /^port: is 70000; expected a number from 1 to 65535/],
    [{ protocol: 'grpc' }, "protocol: is 'grpc'; expected 'http', 'h2c' or 'tcp'."],
    [
      { protocol: 'tcp', retry: {} },
      /^retry: is about requests, and with protocol 'tcp' there are only bytes/,
    ],
    [{ protocol: 'tcp', timeouts: { request: 1 } }, /^timeouts.request: is about requests/],
    [{ protocol: 'tcp', routes: [] }, /^routes: is about requests/],
    [
      { timeouts: { request: '1s', backendRequest: '2s' } },
      'timeouts.backendRequest: is longer than request.',
    ],
    [{ timeouts: { request: '5 s' } }, /^timeouts.request: is '5 s'; expected milliseconds or a duration/],
    [
      { timeouts: { request: '1s' }, routes: [{ timeouts: { backendRequest: '2s' } }] },
      'routes[0].timeouts.backendRequest: is longer than request.',
    ],
    [
      { retry: { retryOn: ['conect-failure'] } },
      /^retry.retryOn\[0\]: there is no reason for retries 'conect-failure'. Did you mean 'connect-failure'\?/,
    ],
    [
      { retry: { retryOn: ['retriable-status-codes'] } },
      'retry.retryOn[0]: means nothing without retriableStatusCodes: add that, or leave it out.',
    ],
    [
      { retry: { retryOn: ['retriable-headers'] } },
      'retry.retryOn[0]: means nothing without retriableHeaders: add that, or leave it out.',
    ],
    [
      { retry: { retriableStatusCodes: [200] } },
      /^retry.retriableStatusCodes\[0\]: is 200; expected a list of statuses/,
    ],
    [
      { retry: { perRetry: { backOff: { baseInterval: '1s', maxInterval: '10ms' } } } },
      'retry.perRetry.backOff.maxInterval: is shorter than baseInterval.',
    ],
    [
      { retry: { bodyLimit: '64KB' } },
      "retry.bodyLimit: is '64KB'; expected bytes, or a size such as '64KiB'.",
    ],
    [
      { retry: { numRetries: 1, maxRetries: 1 } },
      "retry.numRetries: cannot stand beside maxRetries, which is Dapr's word: leave one of them out.",
    ],
    [
      { retry: { maxInterval: '1s' } },
      "retry.maxInterval: means nothing without policy: 'exponential': add that, or leave it out.",
    ],
    [
      { retry: { matching: { httpStatusCodes: '5xx' } } },
      /^retry.matching.httpStatusCodes: is '5xx'; expected/,
    ],
    [{ retry: { matching: { gRPCStatusCodes: '3' } } }, /^retry.matching.gRPCStatusCodes: is '3'; expected/],
    [
      { circuitBreaker: { trip: 'requests > 5' } },
      /^circuitBreaker.trip: is 'requests > 5'; expected 'consecutive/,
    ],
    [
      { circuitBreaker: { retryBudget: { percent: 101 } } },
      /^circuitBreaker.retryBudget.percent: is 101; .* 0 to 100/,
    ],
    [
      { loadBalancer: { type: 'LeastRequst' } },
      /^loadBalancer.type: is 'LeastRequst'; expected 'LeastRequest'/,
    ],
    [{ loadBalancer: { type: 'ConsistentHash' } }, /^loadBalancer.by: is missing/],
    [
      { loadBalancer: { type: 'Random', by: { type: 'SourceIP' } } },
      "loadBalancer.by: means nothing without type: 'ConsistentHash': add that, or leave it out.",
    ],
    [
      { loadBalancer: { type: 'ConsistentHash', by: { type: 'Header' } } },
      /^loadBalancer.by.name: is missing/,
    ],
    [
      { loadBalancer: { type: 'ConsistentHash', by: { type: 'SourceIP', name: 'x' } } },
      "loadBalancer.by.name: cannot stand beside type: 'SourceIP': leave one of them out.",
    ],
    [
      { healthCheck: { passive: { maxEjectionPercent: -1 } } },
      /^healthCheck.passive.maxEjectionPercent: is -1/,
    ],
    [
      { healthCheck: { passive: { maxEjectionTime: '1s' } } },
      'healthCheck.passive.maxEjectionTime: is shorter than baseEjectionTime.',
    ],
    [
      { healthCheck: { passive: { baseEjectionTime: '1h' } } },
      'healthCheck.passive.baseEjectionTime: is longer than maxEjectionTime (5m).',
    ],
    [
      { healthCheck: { active: { path: 'x' } } },
      "healthCheck.active.path: is 'x'; expected a path that starts with '/'.",
    ],
    [{ port: 99_999 }, "port: is 99999; expected a number from 1 to 65535, or 'auto'."],
    [{ to: { port: 0 } }, 'to.port: is 0; expected a number from 1 to 65535.'],
    [{ faultInjection: { abort: { percentage: 5 } } }, /^faultInjection.abort.httpStatus: is missing/],
    [
      { faultInjection: { abort: { httpStatus: 100 } } },
      'faultInjection.abort.httpStatus: is 100; expected an HTTP status from 200 to 599.',
    ],
    [
      { faultInjection: { abort: { httpStatus: 500, grpcStatus: 14 } } },
      'faultInjection.abort.grpcStatus: cannot stand beside httpStatus: leave one of them out.',
    ],
    [
      { faultInjection: { delay: { fixedDelay: 1, percentage: 200 } } },
      /^faultInjection.delay.percentage: is 200/,
    ],
    [
      { requestMirror: { to: 'web', percent: 200 } },
      /^requestMirror.percent: is 200; expected a number from 0 to 100/,
    ],
    [{ rateLimit: { requests: 0 } }, 'rateLimit.requests: is 0; expected a whole number from 1.'],
    [
      { rateLimit: { requests: 1, by: 'ip' } },
      "rateLimit.by: is 'ip'; expected 'all', 'clientIp' or { header: … }.",
    ],
    [
      { urlRewrite: { path: '/a', prefix: '/b' } },
      'urlRewrite.prefix: cannot stand beside path: leave one of them out.',
    ],
    [
      { requestHeaders: { set: { 'a b': '1' } } },
      /^requestHeaders.set\["a b"\]: is 'a b'; expected the name of a header/,
    ],
    [{ requestHeaders: { add: { a: '1\r\nb: 2' } } }, /^requestHeaders.add.a: is [\s\S]*; expected one line/],
    [
      { responseHeaders: { remove: ['a:'] } },
      /^responseHeaders.remove\[0\]: is 'a:'; expected the name of a header/,
    ],
    [
      { routes: [{ matches: [{ path: { type: 'RegularExpression', value: '(' } }] }] },
      /^routes\[0\].matches\[0\].path.value: is no regular expression of JavaScript: Invalid/,
    ],
    [
      { routes: [{ matches: [{ headers: [{ name: 'x', type: 'RegularExpression', value: '[' }] }] }] },
      /^routes\[0\].matches\[0\].headers\[0\].value: is no regular expression/,
    ],
    [
      { routes: [{ matches: [{ path: { value: 'api' } }] }] },
      /^routes\[0\].matches\[0\].path.value: is 'api'; expected a path/,
    ],
    [
      { routes: [{ matches: [{ queryParams: [{ name: 'q', type: 'Present', value: '1' }] }] }] },
      "routes[0].matches[0].queryParams[0].value: cannot stand beside type: 'Present': leave one of them out.",
    ],
    [
      { routes: [{ matches: [{ queryParams: [{ name: 'q', type: 'Exact' }] }] }] },
      /^routes\[0\].matches\[0\].queryParams\[0\].value: is missing/,
    ],
    [
      { accessLog: 'xml' },
      "accessLog: is 'xml'; expected 'text', 'json', false, or an object with format, path, volume.",
    ],
    [
      { accessLog: { volume: 'lgos' } },
      /^accessLog.volume: there is no volume 'lgos'. Did you mean 'logs'\?/,
    ],
    [
      { accessLog: { volume: 'logs', path: 'x' } },
      'accessLog.volume: cannot stand beside path: leave one of them out.',
    ],
    [
      { requestHeaders: { set: { a: '${env.NONE}' } } },
      "requestHeaders.set.a: the environment variable 'NONE' is not set.",
    ],
  ])('%j', (options, message) => {
    const said = problemsOf(shop(options), { 'a.crt': 'no certificate' }).replace('sidecars.edge.with.', '');
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  it('a port that its options give it not', () => {
    expect(problemsOf(shop({ tls: true }, { ports: { http: 80 } }))).toBe(
      "sidecars.edge.ports.http: this process has no port 'http'. Did you mean 'https'? There are: https, admin.",
    );
  });

  it('a port that another process has', () => {
    expect(problemsOf(shop({ port: 3000 }))).toBe(
      'primary.ports.http: tcp port 3000 on 127.0.0.1 is already taken by sidecars.edge.ports.http.',
    );
  });
});

/** A certificate and its key, made by somebody else. */
const selfSigned = (folder: string, name: string): void => {
  const files = ['-keyout', `${name}.key`, '-out', `${name}.crt`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=a.test'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...files, '-days', '30'], {
    cwd: folder,
    stdio: 'ignore',
  });
};

test.runIf(isInstalled('openssl'))('the key of another certificate is found before anything starts', () => {
  const made = makeFolder();
  for (const name of ['a', 'b']) selfSigned(made, name);
  const files = Object.fromEntries(
    ['a.crt', 'a.key', 'b.key'].map((name) => [name, readFileSync(`${made}/${name}`, 'utf8')]),
  );
  const said = (tls: object) => problemsOf(shop({ tls }), files);
  expect(said({ cert: 'a.crt', key: 'a.key' })).toBe('no problem');
  expect(said({ cert: 'a.crt', key: 'b.key' })).toBe(
    'sidecars.edge.with.tls.key: is not the key of the certificate.',
  );
  expect(said({ cert: 'a.crt', key: 'a.crt' })).toBe(
    'sidecars.edge.with.tls.key: is no private key in PEM without a passphrase.',
  );
  expect(said({ cert: 'a.crt', key: 'a.key', clientAuth: 'require' })).toBe(
    'sidecars.edge.with.tls.clientAuth: means nothing without ca: add that, or leave it out.',
  );
  expect(said({ cert: 'a.crt', key: 'a.key', names: ['a.test'] })).toContain(
    'tls.names[0]: cannot stand beside cert, which has its own names',
  );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 60 * 60 * 1_000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(said({ cert: 'a.crt', key: 'a.key' })).toBe('sidecars.edge.with.tls.cert: has expired.');
});
