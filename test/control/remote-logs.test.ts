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
