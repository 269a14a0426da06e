import { describe, expect, it } from 'vitest';
import type { ParseOptions } from '../../../../src/programs/log-shipper/options.ts';
import { newParser } from '../../../../src/programs/log-shipper/parse/new-parser.ts';
import { redactedValue, redactor } from '../../../../src/programs/log-shipper/parse/redact.ts';

const NOW = Date.UTC(2026, 10, 30, 6);

const parse = (kind: Exclude<ParseOptions['kind'], 'pattern'>, line: string) =>
  newParser({ kind }, () => NOW)?.(line) ?? null;

describe('JSON', () => {
  it('has message, time and level, and its other fields', () => {
    expect(
      parse('json', '{"level":"warn","time":"2026-11-30T06:00:00.5Z","msg":"slow","ms":12,"a":{"b":1}}'),
    ).toEqual({
      ...{ body: 'slow', time: NOW + 500, severity: 13 },
      fields: { level: 'warn', time: '2026-11-30T06:00:00.5Z', ms: 12, a: { b: 1 } },
    });
  });

  it.each([
    ['{"level":30,"time":1796018400000}', NOW, 9],
    ['{"severity":"CRITICAL","timestamp":1796018400}', NOW, 18],
    ['{"lvl":"fatal","ts":"1796018400.25"}', NOW + 250, 21],
    ['{"level":60,"@timestamp":"2026-11-30 06:00:00Z"}', NOW, 21],
    ['{"level":7,"time":"soon"}', null, 0],
  ])('%s', (line, time, severity) => {
    expect(parse('json', line)).toMatchObject({ time, severity, body: null });
  });

  it.each(['{"a":', '[1]', '"a"', '12', 'text', ''])('is not %j', (line) => {
    expect(parse('json', line)).toBeNull();
  });
});

describe('logfmt', () => {
  it('has pairs, quoted or not', () => {
    expect(parse('logfmt', 'level=error msg="it \\"broke\\"" path=/a?b=c empty= n=1')).toEqual({
      ...{ body: 'it "broke"', time: null, severity: 17 },
      fields: { level: 'error', path: '/a?b=c', empty: '', n: '1' },
    });
  });

  it.each(['plain words', 'a=1 word', 'a="open', '=1', ''])('is not %j', (line) => {
    expect(parse('logfmt', line)).toBeNull();
  });
});

describe('Combined', () => {
  it('has the fields of a request', () => {
    const line =
      '127.0.0.1 - ann [30/Nov/2026:07:00:00 +0100] "GET /orders?id=7 HTTP/1.1" 404 153 "http://shop/" "curl/8 \\"x\\"" extra';
    expect(parse('combined', line)).toEqual({
      ...{ body: null, time: NOW, severity: 13 },
      fields: {
        'client.address': '127.0.0.1',
        'user.name': 'ann',
        'http.request.method': 'GET',
        'url.path': '/orders',
        'url.query': 'id=7',
        'network.protocol.version': '1.1',
        'http.response.status_code': 404,
        'http.response.body.size': 153,
        'http.request.header.referer': 'http://shop/',
        'user_agent.original': 'curl/8 \\"x\\"',
      },
    });
  });

  it.each([
    ['::1 - - [30/Nov/2026:06:00:00 +0000] "POST / HTTP/2.0" 503 -', 17, { 'url.path': '/' }],
    ['::1 - - [29/Nov/2026:22:00:00 -0800] "-" 400 0 "-" "-"', 13, { 'http.response.body.size': 0 }],
    ['::1 - a b [30/Nov/2026:06:00:00 +0000] "GET /x HTTP/1.0" 200 1', 9, { 'user.name': 'a b' }],
  ])('%s', (line, severity, fields) => {
    expect(parse('combined', line)).toMatchObject({ severity, fields, time: NOW });
  });

  it.each([
    'words',
    '1 - - [30/Foo/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 1',
    '1 - - [30/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" abc 1',
    '1 - - [30/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1',
    '',
  ])('is not %j', (line) => {
    expect(parse('combined', line)).toBeNull();
  });
});

describe('syslog', () => {
  it('of RFC 5424 has its header and structured data', () => {
    const line = '<34>1 2026-11-30T06:00:00Z host su 12 ID47 [a@1 b="c\\]d"][e] \u{FEFF}failed';
    expect(parse('syslog', line)).toEqual({
      ...{ body: 'failed', time: NOW, severity: 18 },
      fields: {
        ...{ 'host.name': 'host', 'syslog.app': 'su', 'syslog.procid': '12', 'syslog.msgid': 'ID47' },
        ...{ 'syslog.facility': 4, 'syslog.structured_data': '[a@1 b="c\\]d"][e]' },
      },
    });
  });

  it('of RFC 3164 has no year, and is of this one or the last', () => {
    expect(parse('syslog', '<13>Nov 30 05:00:00 host cron[7]: ran')).toMatchObject({
      ...{ body: 'ran', severity: 10 },
      fields: { 'host.name': 'host', 'syslog.app': 'cron', 'syslog.procid': '7', 'syslog.facility': 1 },
    });
    const year = (line: string) => new Date(parse('syslog', line)?.time ?? 0).getFullYear();
    expect([year('Nov 29 05:00:00 host a: b'), year('Dec 24 05:00:00 host a: b')]).toEqual([2026, 2025]);
  });

  it('is not any line', () => {
    expect(parse('syslog', 'hello')).toBeNull();
  });
});

describe('auto', () => {
  it.each([
    ['{"msg":"a"}', { body: 'a' }],
    ['level=info msg=b', { body: 'b', severity: 9 }],
    ['<14>1 - - - - - - c', { body: 'c', severity: 9 }],
    ['::1 - - [30/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 1', { severity: 9 }],
  ])('tells %s by its beginning', (line, found) => {
    expect(parse('auto', line)).toMatchObject(found);
  });

  it.each(['2026/11/30 06:00:00 [error] 7#0: refused', 'a word', '', '{broken'])(
    'leaves %j as it is',
    (line) => {
      expect(parse('auto', line)).toBeNull();
    },
  );
});

it('the named groups of a pattern are fields', () => {
  const source = String.raw`^\[(?<level>\w+)\] (?:(?<who>\w+): )?(?<message>.*)$`;
  const parser = newParser({ kind: 'pattern', pattern: { source, flags: 'g' } }, () => NOW);
  expect([parser?.('[error] ann: no'), parser?.('[info] yes'), parser?.('else')]).toEqual([
    { body: 'no', time: null, severity: 17, fields: { level: 'error', who: 'ann' } },
    { body: 'yes', time: null, severity: 9, fields: { level: 'info' } },
    null,
  ]);
});

it('what is redacted is replaced wherever it is', () => {
  const redact = redactor([
    { source: String.raw`\d{4}-\d{4}`, flags: '' },
    { source: 'secret=[^ "]+', flags: 'i' },
  ]);
  if (redact === null) throw new Error('nothing is redacted');
  expect(redact('a 1234-5678 SECRET=x b 0000-1111')).toBe('a [redacted] [redacted] b [redacted]');
  expect(redactedValue({ a: ['1234-5678', 1], b: { c: 'secret=y' }, d: null }, redact)).toEqual({
    ...{ a: ['[redacted]', 1], b: { c: '[redacted]' }, d: null },
  });
  expect(redactor([])).toBeNull();
});
