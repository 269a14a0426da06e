import { expect, test } from 'vitest';
import { RemoteLogs } from '../../src/control/client/remote-logs.ts';
import type { LogLineJson } from '../../src/control/protocol.ts';

const line = (seq: number, text: string, more: Partial<LogLineJson> = {}): LogLineJson => ({
  type: 'log',
  time: '2026-11-28T10:00:00.000Z',
  seq,
  process: 'web',
  stream: 'stdout',
  line: text,
  ...more,
});

const shown = (...lines: readonly LogLineJson[]): readonly string[] => {
  const logs = new RemoteLogs();
  for (const one of lines) logs.take(one);
  return logs
    .view('web')
    .after(0, 100)
    .map(({ line: text }) => text.toString());
};

test('a whole line takes the place of its beginning', () => {
  const begun = line(1, 'Name: ', { partial: true });
  expect(shown(begun, line(7, 'Name: A', { partial: true }), line(14, 'Name: Ann'))).toEqual(['Name: Ann']);
});

test('what does not go on stays', () => {
  const begun = line(1, 'Name: ', { partial: true });
  expect(shown(begun, line(7, 'Name: Ann', { stream: 'stderr' }))).toEqual(['Name: ', 'Name: Ann']);
  expect(shown(begun, line(7, 'other'))).toEqual(['Name: ', 'other']);
  expect(shown(line(1, 'Name: '), line(7, 'Name: Ann'))).toEqual(['Name: ', 'Name: Ann']);
});

test('the lines of all processes are in the order they came, and counted', () => {
  const logs = new RemoteLogs();
  for (let seq = 0; seq < 60; seq += 2) logs.take(line(seq, `${seq}`, { process: `p${seq % 7}` }));
  logs.take(line(60, 'Na', { partial: true }));
  logs.take(line(62, 'Name'));
  const all = logs.view(null);
  const texts = (lines: ReturnType<typeof all.after>) => lines.map(({ line: text }) => text.toString());
  expect(texts(all.after(50, 100))).toEqual(['50', '52', '54', '56', '58', 'Name']);
  expect(texts(all.after(50, 2))).toEqual(['50', '52']);
  expect(texts(all.before(50, 2))).toEqual(['46', '48']);
  expect(texts(all.before(Infinity, 0))).toEqual([]);
  expect([all.countBefore(50), all.countBefore(51), all.count]).toEqual([25, 26, 31]);
});
