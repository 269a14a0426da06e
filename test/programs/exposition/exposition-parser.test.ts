import { describe, expect, it, test } from 'vitest';
import { ExpositionParser } from '../../../src/programs/exposition/exposition-parser.ts';
import { ACCEPTED, formatOf } from '../../../src/programs/exposition/media-type.ts';
import { readFamilies } from '../../../src/programs/exposition/read-families.ts';
import type { ExpositionFormat } from '../../../src/programs/exposition/sample.ts';

const read = (text: string, format: ExpositionFormat = 'text') => readFamilies(Buffer.from(text), format);

const samplesIn = (text: string, format: ExpositionFormat = 'text') => {
  const { families, namedMistakes } = read(text, format);
  const samples = families.flatMap(({ samples: each }) => each);
  return { samples, problems: namedMistakes.map(({ line, problem }) => `${line}: ${problem}`) };
};

const one = (line: string, format: ExpositionFormat = 'text') => {
  const end = format === 'openmetrics' ? '\n# EOF\n' : '\n';
  const { samples, problems } = samplesIn(`${line}${end}`, format);
  expect(problems).toEqual([]);
  expect(samples).toHaveLength(1);
  const [sample] = samples;
  if (sample === undefined) throw new Error('no sample');
  return { ...sample, labels: Object.fromEntries(sample.labels) };
};

const problemOf = (line: string, format: ExpositionFormat = 'text'): string => {
  const { samples, problems } = samplesIn(`${line}\ngood 1\n# EOF\n`, format);
  expect(samples.map(({ name }) => name)).toEqual(['good']);
  return problems.join();
};

describe('a sample', () => {
  it('has a name, labels, a value and a time', () => {
    expect(one('http_requests_total{method="post",code="200"} 1027 1395066363000')).toEqual({
      name: 'http_requests_total',
      labels: { method: 'post', code: '200' },
      value: 1027,
      timestamp: 1_395_066_363_000,
      family: 'http_requests_total',
      exemplar: null,
    });
  });

  it('can have blanks where the text format lets it', () => {
    const labels = { a: '1', b: '2' };
    for (const line of [' x{a="1",b="2"} 3', 'x { a = "1" , b = "2" , }\t3 ', '\tx{a="1",b="2",} \t 3\t4'])
      expect(one(line)).toMatchObject({ name: 'x', labels, value: 3 });
  });

  it('has escapes in the values of labels, and everything else as it is written', () => {
    const value = 'C:\\DIR\\FILE "x"\n{a="b"}, # é 慢';
    const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
    expect(one(`x{path="${escaped}"} 1`).labels).toEqual({ path: value });
    expect(one('x{path="\\d"} 1').labels).toEqual({ path: '\\d' });
  });

  it('has a value as Go reads it', () => {
    const values = ['1', '-1.5e-3', '.5', '5.', '+Inf', '-Inf', 'NaN', 'inf', '1e400'];
    const found = values.map((value) => one(`x ${value}`).value);
    expect(found).toEqual([
      ...[1, -0.0015, 0.5, 5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
      ...[Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ]);
  });

  it('has its time in milliseconds, which OpenMetrics writes as seconds', () => {
    expect(one('x 1 1520879607789').timestamp).toBe(1_520_879_607_789);
    expect(one('x 1 -5').timestamp).toBe(-5);
    expect(one('x 1 1520879607.789', 'openmetrics').timestamp).toBe(1_520_879_607_789);
  });

  it('can be called as an object in JavaScript has it', () => {
    const found = samplesIn('__proto__{__proto__="a",constructor="b"} 1\n').samples[0];
    expect(found?.labels).toEqual(
      new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    );
    expect(found?.name).toBe('__proto__');
  });
});

describe('what parse-prometheus-text-format 1.1.1 loses', () => {
  it('exemplars are exemplars', () => {
    const line =
      'x_bucket{le="0.5"} 4 1520879607.7 # {trace_id="KOO5S4vxi0o",span_id="a # b"} 0.17 1520879607.789';
    expect(one(line, 'openmetrics')).toMatchObject({
      value: 4,
      timestamp: 1_520_879_607_700,
      exemplar: {
        labels: new Map([
          ['trace_id', 'KOO5S4vxi0o'],
          ['span_id', 'a # b'],
        ]),
        value: 0.17,
        timestamp: 1_520_879_607_789,
      },
    });
    const short = one('x_total 4 # {} 0.17', 'openmetrics');
    expect(short).toMatchObject({ timestamp: null, exemplar: { value: 0.17, timestamp: null } });
  });

  it('quoted names can have every character', () => {
    expect(one('{"http.server \\"x\\"",method="get","label with.dots"="é"} 1')).toMatchObject({
      name: 'http.server "x"',
      labels: { method: 'get', 'label with.dots': 'é' },
    });
    expect(read('# TYPE "my.name" gauge\n{"my.name"} 1\n').families).toMatchObject([
      { name: 'my.name', type: 'gauge', samples: [{ value: 1 }] },
    ]);
  });

  it('a _total belongs to its family', () => {
    const text = '# TYPE a counter\n# HELP a A.\n# UNIT a seconds\na_total 1\na_created 2\n# EOF\n';
    const { families } = read(text, 'openmetrics');
    expect(families).toMatchObject([{ name: 'a', type: 'counter', help: 'A.', unit: 'seconds' }]);
    expect(families[0]?.samples.map(({ name }) => name)).toEqual(['a_total', 'a_created']);
  });

  it('one bad line costs that line', () => {
    const { samples, problems } = samplesIn('a 1\nb{ 2\nc three\nd{x="1",x="2"} 4\ne 5 6 7\nf 6\n');
    expect(samples.map(({ name }) => name)).toEqual(['a', 'f']);
    expect(problems).toEqual([
      "2: a label needs a = in place of '2'",
      "3: the value 'three' is no number",
      "4: it has two labels 'x'",
      "5: it goes on after its end: '7'",
    ]);
  });
});

test.each([
  ['x', 'it has no value'],
  ['x{a="1"}', 'it has no value'],
  ['x 0x10', "the value '0x10' is no number"],
  ['x 1_000', "the value '1_000' is no number"],
  ['1x 1', "it begins with no name: '1x 1'"],
  ['{a="1"} 1', 'it has no name'],
  ['x{"y"} 1', 'it names its metric twice'],
  ['x{__name__="y"} 1', 'it names its metric twice'],
  ['{"x","y"} 1', "a label needs a = in place of '} 1'"],
  ['x{a=1} 1', "the value of label 'a' has no quotes"],
  ['x{="1"} 1', 'a label has no name'],
  ['x{a="1} 1', 'a quoted text has no end'],
  ['x{a="1\\', 'a quoted text has no end'],
  ['x{a="1" b="2"} 1', `the end of the labels needs a } in place of 'b="2"} 1'`],
  ['x 1 1.5', "the timestamp '1.5' is no whole number of milliseconds"],
  ['x 1 # {a="1"} 1', `it goes on after its end: '# {a="1"} 1'`],
  ['x 1\r', "the value '1\r' is no number"],
  ['# TYPE x meter', "'meter' is no type of a metric"],
  ['# TYPE', ''],
  ['# HELP 9 x', "HELP is of no metric: '9 x'"],
])('%j is said to be wrong', (line, problem) => {
  expect(problemOf(line)).toBe(problem === '' ? '' : `1: ${problem}`);
});

test.each([
  ['x 1 1.5.2', "the timestamp '1.5.2' is no number of seconds"],
  ['x 1 # trace', "an exemplar needs a { in place of 'trace'"],
  ['x 1 # {"a"} 1', 'an exemplar has no name'],
  ['x 1 # {a="1"}', 'it has no value'],
])('%j is said to be wrong in OpenMetrics', (line, problem) => {
  expect(problemOf(line, 'openmetrics')).toBe(`1: ${problem}`);
});

test('OpenMetrics ends with # EOF, and what is cut off is said', () => {
  expect(samplesIn('a 1\n# EOF\nb 2\n', 'openmetrics').problems).toEqual(['3: it stands after # EOF']);
  expect(samplesIn('a 1\n', 'openmetrics').problems).toEqual([
    '1: there is no # EOF: the text may have been cut off',
  ]);
  expect(samplesIn('a 1\n# EOF\nb 2\n').samples).toHaveLength(2);
});

test('the family of a sample is the one whose type has its suffix', () => {
  const text = [
    ...['# TYPE h histogram', 'h_bucket{le="+Inf"} 1', 'h_sum 1', 'h_count 1', 'h_total 1'],
    ...['# TYPE s summary', 's{quantile="0.5"} 1', 's_sum 1', 's_bucket 1'],
    ...['# TYPE c_total counter', 'c_total 1', '# TYPE g gauge', 'g_count 1', '_sum 1'],
    ...['# TYPE u untyped', 'u 1', '# TYPE i info', 'i_info 1', ''],
  ].join('\n');
  const { families } = read(text);
  expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
    ['h', 'histogram', 3],
    ['h_total', null, 1],
    ['s', 'summary', 2],
    ['s_bucket', null, 1],
    ['c_total', 'counter', 1],
    ['g', 'gauge', 0],
    ['g_count', null, 1],
    ['_sum', null, 1],
    ['u', 'unknown', 1],
    ['i', 'info', 1],
  ]);
});

test('help has its escapes, and comments are none', () => {
  expect(read('# HELP x a\\\\b\\n c \n#HELP y no\n# a comment\nx 1\n').families).toMatchObject([
    { name: 'x', help: 'a\\b\n c ' },
  ]);
});

describe('an exposition that arrives in pieces', () => {
  const text = '# TYPE x gauge\nx{a="é"} 1\n\ny 2\n慢 3\nz 4';
  const inPieces = (bytes: Buffer, size: number) => {
    const found: string[] = [];
    const parser = new ExpositionParser('text', {
      onSample: ({ name, value }) => void found.push(`${name}=${value}`),
    });
    for (let at = 0; at < bytes.length; at += size) parser.write(bytes.subarray(at, at + size));
    parser.end();
    return { found, lines: parser.namedMistakes.map(({ line }) => line) };
  };

  it('is the same wherever it was cut', () => {
    for (let size = 1; size <= 40; size += 1)
      expect(inPieces(Buffer.from(text), size)).toEqual({ found: ['x=1', 'y=2', 'z=4'], lines: [5] });
  });

  it('loses no more than the line that is not UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('a 1\nb{x="'), Buffer.from([0xff]), Buffer.from('"} 2\nc 3\n')]);
    for (const size of [1, 7, 100])
      expect(inPieces(bytes, size)).toEqual({ found: ['a=1', 'c=3'], lines: [2] });
  });

  it('does not keep a line without an end', () => {
    const long = Buffer.concat([Buffer.from('a 1\n'), Buffer.alloc(3e6, 'x'), Buffer.from('\nb 2\n')]);
    for (const size of [65_536, 4e6])
      expect(inPieces(long, size)).toEqual({ found: ['a=1', 'b=2'], lines: [2] });
    expect(inPieces(Buffer.alloc(3e6, 'x'), 65_536)).toEqual({ found: [], lines: [1] });
  });
});

test('many mistakes are counted, and the first are named', () => {
  const { mistakes, namedMistakes } = read('x y\n'.repeat(1000));
  expect(mistakes).toBe(1000);
  expect(namedMistakes.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('the format is what the media type says', () => {
  expect(formatOf('application/openmetrics-text; version=1.0.0; charset=utf-8')).toBe('openmetrics');
  for (const type of [null, 'text/plain; version=0.0.4', 'application/openmetrics-text-not', 'text/html'])
    expect(formatOf(type)).toBe('text');
  expect(ACCEPTED).toMatch(/^application\/openmetrics-text;version=1\.0\.0;/);
});
