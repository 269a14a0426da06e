import { describe, expect, it } from 'vitest';
import type { ParseOptions } from '../../../../src/programs/log-shipper/options.ts';
import { newByteParser } from '../../../../src/programs/log-shipper/parse/bytes/new-byte-parser.ts';

const told = (kind: 'none' | 'combined' | 'json' | 'auto', line: string) => {
  const bytes = Buffer.from(`before\n${line}\nafter] "`);
  return newByteParser({ parse: { kind }, redact: [] })?.read(bytes, 7, 7 + Buffer.byteLength(line));
};

const REQUEST = '::1 - - [30/Nov/2026:06:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"';

describe('lines are read as bytes', () => {
  it('unless they have to be decoded, or something may be redacted', () => {
    const pattern = { source: 'a', flags: '' };
    const kinds: readonly ParseOptions[] = [
      ...(['logfmt', 'syslog'] as const).map((kind) => ({ kind })),
      { kind: 'pattern', pattern },
    ];
    for (const parse of kinds) expect(newByteParser({ parse, redact: [] }), parse.kind).toBeNull();
    for (const kind of ['none', 'combined', 'json', 'auto'] as const) {
      expect(newByteParser({ parse: { kind }, redact: [] }), kind).not.toBeNull();
      expect(newByteParser({ parse: { kind }, redact: [pattern] }), kind).toBeNull();
    }
  });

  it.each([
    ['none', REQUEST, 'text'],
    ['none', '', 'text'],
    ['combined', REQUEST, 'request'],
    ['combined', REQUEST.replace('200', '2e2'), 'unsure'],
    ['combined', 'something else', 'unsure'],
    ['auto', REQUEST, 'request'],
    ['auto', 'INFO something else', 'text'],
    ['auto', '', 'text'],
    ['auto', 'level=info', 'unsure'],
    ['auto', '{"a":1}', 'object'],
    ['json', '{"level":30,"time":1700000000123,"msg":"a \\"b\\"","c":{"d":[1.5,null]}}', 'object'],
    ['json', '{}', 'object'],
    ['json', '{"a": 1}', 'unsure'],
    ['json', '{"a":1,"a":2}', 'unsure'],
    ['json', '{"a":1.0}', 'unsure'],
    ['json', '{"a":"\\u0041"}', 'unsure'],
    ['json', '{"a":1', 'unsure'],
    ['json', 'text', 'unsure'],
    ['auto', '<34>1 - - - - - - a', 'unsure'],
    ['auto', 'a] "b', 'unsure'],
  ] as const)('with %s: %j is %s', (kind, line, expected) => {
    expect(told(kind, line)).toBe(expected);
  });
});
