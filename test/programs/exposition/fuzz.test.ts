import fc from 'fast-check';
import { Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { ExpositionParser } from '../../../src/programs/exposition/exposition-parser.ts';
import { formatOf } from '../../../src/programs/exposition/media-type.ts';
import { readFamilies } from '../../../src/programs/exposition/read-families.ts';

const piece = fc.oneof(
  fc.constantFrom(
    'x',
    'x_total',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '\n',
    '#',
    '# TYPE x ',
    '# EOF',
    '1',
    'NaN',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const expositions = fc.array(piece, { maxLength: 60 }).map((pieces) => Buffer.from(pieces.join('')));

test('whatever comes, every line is a sample, a comment or a mistake, and cuts change nothing', () => {
  fc.assert(
    fc.property(expositions, fc.boolean(), fc.integer({ min: 1, max: 20 }), (bytes, isOpen, size) => {
      const format = isOpen ? 'openmetrics' : 'text';
      const whole = readFamilies(bytes, format);
      const samples: string[] = [];
      const parser = new ExpositionParser(format, { onSample: ({ name }) => void samples.push(name) });
      for (let at = 0; at < bytes.length; at += size) parser.write(bytes.subarray(at, at + size));
      parser.end();
      const found = whole.families.flatMap(({ samples: each }) => each);
      expect(samples.toSorted()).toEqual(found.map(({ name }) => name).toSorted());
      expect(parser.namedMistakes).toEqual(whole.namedMistakes);
      expect(found.length + whole.mistakes).toBeLessThanOrEqual(bytes.toString().split('\n').length + 1);
    }),
    { numRuns: 1500 },
  );
});

test('random bytes do no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(() => readFamilies(Buffer.from(bytes), 'openmetrics')).not.toThrow();
    }),
    { numRuns: 500 },
  );
});

const wellFormed = fc.string({ unit: 'grapheme', maxLength: 12 });

test('what prom-client writes is read as it was, in both formats', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(wellFormed, { maxLength: 6 }), fc.double(), async (values, number) => {
      const registry = new Registry();
      const gauge = new Gauge({ name: 'g', help: 'a\n\\ "b"', labelNames: ['v'], registers: [registry] });
      for (const value of values) gauge.set({ v: value }, number);
      const text = Buffer.from(await registry.metrics());
      const { families, mistakes } = readFamilies(text, 'text');
      expect(mistakes).toBe(0);
      const [family] = families;
      expect(family).toMatchObject({ name: 'g', type: 'gauge', help: 'a\n\\ "b"' });
      expect(family?.samples.map(({ labels }) => labels.get('v'))).toEqual(values);
      for (const sample of family?.samples ?? []) expect(sample.value + 0).toBe(number + 0);
    }),
    { numRuns: 200 },
  );
});

test('exemplars of prom-client are read', async () => {
  const registry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const histogram = new Histogram({
    ...{ name: 'h', help: 'H', buckets: [1, 2], registers: [registry], enableExemplars: true },
  });
  histogram.observe({ value: 1.5, labels: {}, exemplarLabels: { trace_id: 'abc' } } as never);
  const format = formatOf(registry.contentType);
  const { families, mistakes } = readFamilies(Buffer.from(await registry.metrics()), format);
  expect({ format, mistakes }).toEqual({ format: 'openmetrics', mistakes: 0 });
  const found = families[0]?.samples.find(({ exemplar }) => exemplar !== null);
  expect(found).toMatchObject({ name: 'h_bucket', exemplar: { value: 1.5 } });
  expect(found?.exemplar?.labels.get('trace_id')).toBe('abc');
});
