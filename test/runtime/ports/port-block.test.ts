import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { candidatesIn, choosePortBlock, readEphemeralRange } from '../../../src/runtime/ports/port-block.ts';

test.each([
  ['the usual range of Linux', { first: 32_768, last: 60_999 }, { first: 20_000, last: 29_999 }],
  ['an unknown range', null, { first: 20_000, last: 29_999 }],
  ['a range below', { first: 1024, last: 4999 }, { first: 20_000, last: 29_999 }],
  [
    'a range that begins inside the preferred block',
    { first: 25_000, last: 65_535 },
    { first: 20_000, last: 24_999 },
  ],
  ['a range that ends inside it', { first: 15_000, last: 25_000 }, { first: 25_001, last: 29_999 }],
  ['a range that leaves too little of it', { first: 20_500, last: 65_535 }, { first: 10_500, last: 20_499 }],
  ['a range that begins low', { first: 10_240, last: 65_535 }, { first: 1024, last: 10_239 }],
  ['a range that leaves only the top', { first: 1024, last: 60_000 }, { first: 60_001, last: 65_535 }],
  ['a range of everything', { first: 1024, last: 65_535 }, { first: 20_000, last: 29_999 }],
])('%s leads to a block outside it where there is one', (_, ephemeral, block) => {
  expect(choosePortBlock(ephemeral)).toEqual(block);
});

test.each([
  { first: 20_000, last: 29_999 },
  { first: 1, last: 7919 },
  { first: 60_001, last: 65_535 },
])('every port of $first to $last is a candidate once', (block) => {
  const candidates = [...candidatesIn(block, 'shop')];
  expect(new Set(candidates).size).toBe(block.last - block.first + 1);
  expect(Math.min(...candidates)).toBe(block.first);
  expect(Math.max(...candidates)).toBe(block.last);
});

test('the first candidates of a thousand names are spread over the block', () => {
  const block = { first: 20_000, last: 29_999 };
  const first = Array.from(
    { length: 1000 },
    (_, index) => candidatesIn(block, `shop\0web-${index}`).next().value,
  );
  expect(new Set(first).size).toBeGreaterThan(900);
});

test.runIf(process.platform === 'linux')('the range is the one the kernel states', () => {
  const stated = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  expect(readEphemeralRange()).toEqual({ first: stated[0], last: stated[1] });
});
