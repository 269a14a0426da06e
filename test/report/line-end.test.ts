import { expect, test } from 'vitest';
import { LineEnd } from '../../src/report/line-end.ts';

type Line = readonly [key: string, text: string, isWhole: boolean];

const written = (isTerminal: boolean, ...lines: readonly Line[]): string => {
  const end = new LineEnd(isTerminal);
  return lines.map(([key, text, isWhole]) => end.add(key, `${key}| `, text, isWhole)).join('') + end.close();
};

test.each([true, false])(
  'an unfinished line stands without its end, and the rest follows it (terminal: %s)',
  (tty) => {
    expect(written(tty, ['a', 'Name: ', false])).toBe('a| Name: \n');
    expect(written(tty, ['a', 'Name: ', false], ['a', 'Name: x', true], ['b', 'y', true])).toBe(
      'a| Name: x\nb| y\n',
    );
    expect(written(tty, ['a', '.', false], ['a', '..', false], ['a', '...', true])).toBe('a| ...\n');
  },
);

test('one that is written over is drawn anew in its place, on a terminal', () => {
  const lines: Line[] = [
    ['a', '10%', false],
    ['a', '20%', false],
    ['a', 'done', true],
  ];
  expect(written(true, ...lines)).toBe('a| 10%\r\u001b[Ka| 20%\r\u001b[Ka| done\n');
  expect(written(false, ...lines)).toBe('a| 10%\na| 20%\na| done\n');
});

test('a line of somebody else ends it, and then it comes again as a whole', () => {
  const lines: Line[] = [
    ['a', 'Name: ', false],
    ['b', 'x', true],
    ['a', 'Name: y', true],
  ];
  expect(written(true, ...lines)).toBe('a| Name: \nb| x\na| Name: y\n');
});
