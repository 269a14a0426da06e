import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { withIndentedFlows } from '../../../src/config/load/indented-flows.ts';

const read = (text: string): unknown =>
  withIndentedFlows(text, (indented) => load(indented, { schema: CORE_SCHEMA }));

describe('a list or map in brackets', () => {
  it.each([
    ['closes at the column of its key', 'a:\n  b: [\n    1\n  ]\n  c: 2', { a: { b: [1], c: 2 } }],
    ['is a map', 'a:\n  b: {\n    c: 1\n  }\n', { a: { b: { c: 1 } } }],
    ['has items at the column of its key', 'a: [\n1,\n2\n]\nb: 3', { a: [1, 2], b: 3 }],
    ['is within another', 'a:\n  - [\n    { b: [\n  1\n ] },\n  ]\n', { a: [[{ b: [1] }]] }],
    ['has text over several lines', 'a:\n  b: [\n    "x\n  y"\n  ]', { a: { b: ['x y'] } }],
  ])('is read when it %s', (_, text, value) => expect(read(text)).toEqual(value));

  it('changes no text of a block beside it', () => {
    expect(read('a:\n  run: |\n    f() {\n    }\n  b: [\n  ]\n')).toEqual({
      a: { run: 'f() {\n}\n', b: [] },
    });
  });

  it.each([
    ['behind one', 'a:\n  b: [\n  ]\n  c: "\\q"\n', 3],
    ['in the line of one', 'a:\n  b: [\n  "\\q"]\n', 2],
  ])('leaves an error %s in its place', (_, text, line) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({
        mark: expect.objectContaining({ line, column: text.split('\n')[line]?.indexOf('q') }),
      }),
    );
  });

  it('that never closes is an error', () => {
    expect(() => read('a: [\n1\nb: 2\n')).toThrow();
  });
});
