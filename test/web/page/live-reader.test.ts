import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LiveMessage, LiveReader } from '../../../src/web/page/state/live-reader.ts';

const log = (seq: number, line: string) => ({ type: 'log', seq, process: 'web', stream: 'stdout', line });

const TEXT = [
  { from: 'pod' },
  { seq: 1, name: 'shop' },
  { from: 'logs' },
  log(1, 'one'),
  log(2, '{"from":"pod"}'),
  { from: 'usage' },
  { type: 'usage', processes: {} },
  { from: 'logs' },
  log(3, 'three ✓'),
  { from: 'ended' },
]
  .map((object) => `${JSON.stringify(object)}\n`)
  .join('');

/** Without the places where pieces ended. */
const joined = (messages: readonly LiveMessage[]) => {
  const all: Array<{ from: string; items: unknown[] }> = [];
  for (const { from, items } of messages) {
    const last = all.at(-1);
    if (last?.from === from) last.items.push(...items);
    else all.push({ from, items: [...items] });
  }
  return all;
};

const EXPECTED = [
  { from: 'pod', items: [{ seq: 1, name: 'shop' }] },
  { from: 'logs', items: [log(1, 'one'), log(2, '{"from":"pod"}')] },
  { from: 'usage', items: [{ type: 'usage', processes: {} }] },
  { from: 'logs', items: [log(3, 'three ✓')] },
  { from: 'ended', items: [] },
];

test('the live stream is read as it was sent, wherever its pieces end', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length), { maxLength: 12 }), (cuts) => {
      const reader = new LiveReader();
      const places = [0, ...cuts.toSorted((one, other) => one - other), TEXT.length];
      const messages = places.slice(1).flatMap((to, at) => reader.take(TEXT.slice(places[at], to)));
      expect(joined(messages)).toEqual(EXPECTED);
    }),
  );
});
