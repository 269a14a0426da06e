import { expect, test } from 'vitest';
import { exposition } from '../../src/programs/admin/exposition.ts';

test('metrics are written in the text format of Prometheus, with what needs it escaped', async () => {
  const labels = { path: 'C:\\a "b"\n' };
  expect(
    await exposition([
      { name: 'a_total', help: 'All\nof \\ it.', type: 'counter', samples: [{ labels, value: 1.5 }] },
      { name: 'b', help: 'None.', type: 'gauge', samples: [{ labels: {}, value: 0 }] },
    ]),
  ).toEqual({
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: [
      '# HELP a_total All\\nof \\\\ it.',
      '# TYPE a_total counter',
      'a_total{path="C:\\\\a \\"b\\"\\n"} 1.5',
      '',
      '# HELP b None.',
      '# TYPE b gauge',
      'b 0',
      '',
    ].join('\n'),
  });
});

test('a metric without samples is left out, whatever its labels would be', async () => {
  const none = { name: 'a_total', help: 'None.', type: 'counter', samples: [] } as const;
  expect((await exposition([none])).text.trim()).toBe('');
});

test('a histogram counts in each bucket what is in those before it', async () => {
  const sample = { labels: { a: 'b' }, bounds: [0.1, 1], counts: [2, 1, 4], sum: 9.5 };
  const { text } = await exposition([{ name: 'c', help: 'Some.', type: 'histogram', samples: [sample] }]);
  expect(text).toBe(
    [
      '# HELP c Some.',
      '# TYPE c histogram',
      'c_bucket{a="b",le="0.1"} 2',
      'c_bucket{a="b",le="1"} 3',
      'c_bucket{a="b",le="+Inf"} 7',
      'c_sum{a="b"} 9.5',
      'c_count{a="b"} 7',
      '',
    ].join('\n'),
  );
});
