import { expect, test } from 'vitest';
import { type AccessRecord, accessLogLine } from '../../../../src/programs/proxy/routing/access-log.ts';

const record: AccessRecord = {
  startTime: Date.UTC(2026, 10, 20, 10, 0, 0, 123),
  method: 'POST',
  path: '/orders?a=1',
  protocol: 'HTTP/2',
  responseCode: 503,
  responseFlags: ['URX', 'UF'],
  bytesReceived: 12,
  bytesSent: 34,
  duration: 56.4,
  upstreamServiceTime: 7.8,
  forwardedFor: '10.0.0.1, 127.0.0.1',
  userAgent: 'curl/8',
  requestId: 'f1',
  authority: 'localhost:41234',
  upstreamHost: '127.0.0.1:3000',
  upstreamCluster: 'web',
};

/** A connection of bytes. */
const connection: AccessRecord = {
  ...record,
  ...{ method: null, path: null, protocol: null, responseCode: 0, responseFlags: [] },
  ...{ upstreamServiceTime: null, forwardedFor: null, userAgent: null, requestId: null, authority: null },
};

test('a line of text has the format of Envoy', () => {
  expect(accessLogLine('text')(record)).toBe(
    '[2026-11-20T10:00:00.123Z] "POST /orders?a=1 HTTP/2" 503 URX,UF 12 34 56 8 ' +
      '"10.0.0.1, 127.0.0.1" "curl/8" "f1" "localhost:41234" "127.0.0.1:3000"\n',
  );
  expect(accessLogLine('text')(connection)).toBe(
    '[2026-11-20T10:00:00.123Z] "- - -" 0 - 12 34 56 - "-" "-" "-" "-" "127.0.0.1:3000"\n',
  );
});

test('a line of JSON has the fields of Envoy, and null for what there is not', () => {
  const whole = JSON.parse(accessLogLine('json')(record));
  expect(whole).toMatchObject({
    ...{ start_time: '2026-11-20T10:00:00.123Z', method: 'POST', path: '/orders?a=1', protocol: 'HTTP/2' },
    ...{ response_code: 503, response_flags: 'URX,UF', bytes_received: 12, bytes_sent: 34, duration: 56 },
    ...{ upstream_service_time: 8, x_forwarded_for: '10.0.0.1, 127.0.0.1', user_agent: 'curl/8' },
    ...{ request_id: 'f1', authority: 'localhost:41234' },
    ...{ upstream_host: '127.0.0.1:3000', upstream_cluster: 'web' },
  });
  expect(JSON.parse(accessLogLine('json')(connection))).toMatchObject({ method: null, response_flags: null });
});

test('what a client sends can neither end a line nor its quotes, nor steer a terminal', () => {
  const evil = 'a" 200\n\r\u001b[2J\u009b2J\\\u2028"\u007f';
  const line = accessLogLine('text')({ ...record, userAgent: evil, path: `/${evil}` });
  expect(line.split('\n')).toHaveLength(2);
  expect(line).toContain('"a\\" 200\\x0a\\x0d\\x1b[2J\\x9b2J\\\\\\u2028\\"\\x7f"');
  const json = accessLogLine('json')({ ...record, userAgent: evil });
  expect(json).toMatch(/^[^\p{Cc}\u2028\u2029]+\n$/u);
  expect(JSON.parse(json).user_agent).toBe(evil);
});
