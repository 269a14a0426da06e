import { expect, test } from 'vitest';
import { Backlog } from '../../src/control/server/backlog.ts';

const client = (bytes: number) => {
  const cut: boolean[] = [];
  return { bytes, cut, cutOff: () => cut.push(true) };
};

test('those that have waited longest are cut off when all together have too much', () => {
  const backlog = new Backlog(100);
  const [first, second, third, fourth] = [client(40), client(40), client(20), client(50)];
  for (const each of [first, second, third]) backlog.wait(each);
  expect([first, second, third].flatMap(({ cut }) => cut)).toEqual([]);
  backlog.hasRead(first);
  backlog.wait(first);
  backlog.wait(fourth);
  expect([first, second, third, fourth].map(({ cut }) => cut.length)).toEqual([0, 1, 1, 0]);
});
