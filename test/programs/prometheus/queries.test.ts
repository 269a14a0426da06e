import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { formatValue } from '../../../src/programs/prometheus/api/format-value.ts';
import { prometheusApi, type Told } from '../../../src/programs/prometheus/api/prometheus-api.ts';
import { Budget } from '../../../src/programs/prometheus/query/budget.ts';
import { evaluate } from '../../../src/programs/prometheus/query/evaluate.ts';
import { typeOf } from '../../../src/programs/prometheus/query/expression.ts';
import { parseQuery } from '../../../src/programs/prometheus/query/parse-query.ts';
import { QueryError } from '../../../src/programs/prometheus/query/query-error.ts';
import { NAME } from '../../../src/programs/prometheus/store/labels.ts';
import { Store } from '../../../src/programs/prometheus/store/store.ts';

const storeOf = (series: number, samples: number): Store => {
  const store = new Store();
  for (let at = 0; at < series; at += 1)
    for (let time = 0; time < samples; time += 1)
      store
        .open([
          [NAME, 'x'],
          ['n', String(at)],
        ])
        ?.append(time * 1000, time);
  return store;
};

const ask = (path: string, parameters: Readonly<Record<string, string>>, store = storeOf(2, 10)) => {
  const told: Told = { store, targets: [], interval: 5000, name: '', rules: null, version: '2' };
  return prometheusApi(path, new URLSearchParams(parameters), told, 10_000);
};

const errorOf = (query: string): string => {
  const { json } = ask('/api/v1/query', { query });
  return (json as { readonly error?: string }).error ?? 'none';
};

test.each([
  ['', 'the query is empty'],
  ['sum(', 'the query cannot be read at its end'],
  ['x{', 'the query cannot be read at its end'],
  ['x }', "the query cannot be read at character 3, before '}'"],
  ['abs(x)', "the function abs is not supported by the embedded engine: use engine: 'prometheus' for it"],
  ['label_replace(x, "a", "b", "c", "d")', 'the function label_replace is not supported'],
  ['stddev(x)', 'the aggregation stddev is not supported'],
  ['x and 1', 'the operator and takes a vector, and this is a scalar'],
  ['x or bool x', 'bool is only for comparisons'],
  ['x unless on (n) group_left () x', 'group_left is not supported'],
  ['x atan2 x', 'the operator atan2 is not supported'],
  [
    'x * on (n) group_left () x',
    'group_left is not supported by the embedded engine: both sides need one series each',
  ],
  ['x @ 5', 'the modifier @ is not supported'],
  ['rate(x[5m:1m])', 'a subquery is not supported'],
  ['x[1m + 1m]', "'1m + 1m' is no duration such as 5m"],
  ['"text"', 'a text as an expression is not supported'],
  ['rate(x)', 'rate takes a selector with a range, such as rate(x[1m])'],
  ['sum(x, x)', 'sum takes a vector'],
  ['topk(x)', 'topk takes a number and a vector'],
  ['histogram_quantile(x, x)', 'the quantile takes a scalar, and this is a vector'],
  ['sum(x[1m])', 'sum takes a vector, and this is a range vector'],
  ['-x[1m]', 'the sign takes a scalar or a vector, and this is a range vector'],
  ['1 == 1', 'a comparison of two numbers needs bool: == bool'],
  ['x + bool x', 'bool is only for comparisons'],
  ['{a=""}', 'needs a matcher that is not for everything'],
  ['x{__name__="y"}', 'names its metric twice'],
  ['x{a=~"("}', "'(' is no regular expression"],
  [
    'x{a=~"(?=b)"}',
    "'(?=b)' is no regular expression: error parsing regexp: invalid or unsupported Perl syntax",
  ],
  ['x{a=~"(?:b{1000}){1}(?:b{1000}){1}"}', 'none'],
  [`x{a=~"${'(?:b{1000})?'.repeat(30)}"}`, 'is no regular expression: it is too large'],
  ['x + on () x', 'on the left side match the same series: name more labels in on(), or aggregate them'],
])('%j is refused by its name', (query, message) => {
  expect(errorOf(query)).toContain(message);
});

test('a query that is too deep, or too long, is refused', () => {
  expect(errorOf(`${'('.repeat(500)}1${')'.repeat(500)}`)).toBe('the query is too deep');
  expect(errorOf(`x${' + x offset 1s'.repeat(250)}`)).toBe('the query has more than 200 offsets');
  expect(errorOf(`${'('.repeat(5000)}1${')'.repeat(5000)}`)).toContain('the query cannot be read');
  expect(errorOf('x'.repeat(70_000))).toContain('more than 65536 characters');
});

describe('a query over a range', () => {
  const range = (more: Readonly<Record<string, string>>) => {
    const { status, json } = ask('/api/v1/query_range', {
      query: 'x',
      start: '0',
      end: '9',
      step: '1',
      ...more,
    });
    return { status, error: (json as { readonly error?: string }).error };
  };

  it('has steps within limits, and times that are some', () => {
    expect(range({})).toEqual({ status: 200, error: undefined });
    expect(range({ end: '20000' })).toMatchObject({
      status: 400,
      error: expect.stringContaining('at most 11000 steps'),
    });
    expect(range({ end: '-1' })).toEqual({ status: 400, error: 'the end is before the start' });
    expect(range({ step: '0' }).error).toBe("the parameter step is no duration above 0: '0'");
    expect(range({ step: '1m' }).status).toBe(200);
    expect(range({ start: 'now' }).error).toBe("the parameter start is no time: 'now'");
    expect(range({ start: '1970-01-01T00:00:00Z' }).status).toBe(200);
    expect(range({ query: 'x[1m]' }).error).toContain('this is a range vector');
  });

  it('looks at no more samples than it may', () => {
    const steps = { start: 0, step: 1000, count: 10 };
    const query = parseQuery('rate(x[10s])');
    expect(() => evaluate(query, storeOf(2, 10), steps, new Budget(110))).not.toThrow();
    expect(() => evaluate(query, storeOf(2, 10), steps, new Budget(50))).toThrow('looks at too many samples');
  });

  it('has an answer within limits', () => {
    const store = storeOf(200, 2);
    const large = { query: 'x * 2', start: '0', end: '10000', step: '1' };
    expect(ask('/api/v1/query_range', large, store).status).toBe(422);
  });
});

test('other paths are said to be missing', () => {
  expect(ask('/api/v1/status/flags', {})).toMatchObject({ status: 404, json: { errorType: 'not_found' } });
});

test('values are written with all their digits and no exponent', () => {
  const values = [0, -0, 0.1, 1e21, 1.5e-7, -2.5e22, 5e-324, Number.NaN, Number.POSITIVE_INFINITY];
  expect(values.map(formatValue)).toEqual([
    ...['0', '-0', '0.1', '1000000000000000000000', '0.00000015', '-25000000000000000000000'],
    ...[`0.${'0'.repeat(323)}5`, 'NaN', '+Inf'],
  ]);
  fc.assert(
    fc.property(fc.double(), (value) =>
      Object.is(Number(formatValue(value).replace('Inf', 'Infinity')), value),
    ),
  );
});

test('a regular expression takes no longer for a text that almost matches', () => {
  const store = new Store();
  store
    .open([
      [NAME, 'x'],
      ['n', 'a'.repeat(5000)],
    ])
    ?.append(10_000, 1);
  for (const query of ['x{n=~"(a+)+b"}', 'x{n=~"(a|a)*b"}', 'x{n!~"(a*)*b"}'])
    expect(ask('/api/v1/query', { query, time: '10' }, store)).toMatchObject({
      json: { data: { result: query.includes('!~') ? [{}] : [] } },
    });
});

const token = fc.oneof(
  fc.constantFrom(
    'x',
    'up',
    'rate',
    'sum',
    'by',
    '(',
    ')',
    '{',
    '}',
    '[',
    ']',
    '5m',
    '1',
    '"a"',
    ',',
    '=',
    '=~',
    '+',
  ),
  fc.constantFrom(
    '-',
    '*',
    '==',
    'bool',
    'on',
    'offset',
    'topk',
    'histogram_quantile',
    '@',
    ':',
    'and',
    'or',
    'unless',
    ' ',
    '#',
    "'",
  ),
  fc.string({ maxLength: 3 }),
);

test('whatever is asked has an answer or an error of its own', () => {
  const store = storeOf(2, 5);
  fc.assert(
    fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
      try {
        const expression = parseQuery(tokens.join(' '));
        if (typeOf(expression) !== 'range vector')
          evaluate(expression, store, { start: 5000, step: 1, count: 1 });
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
    }),
    { numRuns: 3000 },
  );
});
