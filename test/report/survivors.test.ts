import { expect, test } from 'vitest';
import type { Survivor } from '../../src/model/survivor.ts';
import { straysText, survivorsText } from '../../src/report/survivors.ts';

const ofRoot = (pid: number): Survivor => ({
  pid,
  user: 'root',
  command: 'sleep 1000',
  why: 'not-permitted',
});

test('what may not be killed is named with its user, and with what to type', () => {
  expect(survivorsText([ofRoot(812), ofRoot(813)])).toBe(
    'pid 812 (root: sleep 1000), pid 813 (root: sleep 1000) could not be ended: not permitted; end it with: sudo kill -9 812 813',
  );
});

test('of what hangs in the kernel is told how to look at it', () => {
  const hangs = { pid: 7, user: 'web', command: 'dd', why: 'uninterruptible' } as const;
  expect(survivorsText([hangs])).toMatch(
    /^pid 7 \(web: dd\) could not be ended: it hangs in the kernel.*ps .* -p 7/,
  );
});

test('of which nothing else is known has its pid', () => {
  expect(survivorsText([{ pid: 7, user: null, command: '', why: 'unknown' }])).toMatch(
    /^pid 7 could not be ended: it is still there after SIGKILL/,
  );
});

test('of very many the first are named', () => {
  const many = Array.from({ length: 8 }, (_, index) => ofRoot(index + 1));
  expect(survivorsText(many)).toContain('pid 5 (root: sleep 1000), 3 more could not be ended');
});

test('what cannot be told apart is named escaped, five at most, with what to type', () => {
  const stray = (pid: number) => ({ pid, command: 'sh\u001b[2J' });
  expect(straysText('web', [1, 2, 3, 4, 5, 6, 7].map(stray))).toMatch(
    /^web has ended, but pid 1 \(sh\\\S+\), .*pid 5 \([^)]+\), 2 more may be left over from it: .* with: kill 1 2 3 4 5$/,
  );
});
