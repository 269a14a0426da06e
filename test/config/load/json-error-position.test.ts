import { expect, it } from 'vitest';
import { jsonErrorPosition } from '../../../src/config/load/json-error-position.ts';

it.each([
  ['{\n  "a": ,\n}', '2:8'],
  ['{\n  "a": 1\n  "b": 2\n}', '3:3'],
  ['{"a": tru}', '1:10'],
  ['{"a": 1,}', '1:9'],
  ['[1, 2', '1:6'],
  ['{"a": "x\n"}', '1:9'],
  ['{"a": "x', '1:9'],
  ['{} {}', '1:4'],
  ['', '1:1'],
  ['-', '1:2'],
  ["{'a': 1}", '1:2'],
])('in %j the error is at %s', (text, place) => {
  const { line, column } = jsonErrorPosition(text);
  expect(`${line}:${column}`).toBe(place);
});
