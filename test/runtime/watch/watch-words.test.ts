import { expect, test } from 'vitest';
import { noticeText } from '../../../src/report/wording.ts';

test.each([
  ['ENOSPC', /fs\.inotify\.max_user_watches=524288/],
  ['EMFILE', /fs\.inotify\.max_user_instances=512 or ulimit -n 65536/],
  ['ENOSYS', /Function not implemented; .*polling: true/],
])('watchers that cannot be had are told with the way out: %s', (code, words) => {
  const text = noticeText({
    kind: 'watch-failed',
    processes: ['web', 'worker'],
    code,
    message: 'Function not implemented',
  });
  expect(text).toMatch(/^files of web and worker are not watched: /);
  expect(text).toMatch(words);
  expect(text).toMatch(/polling: true/);
});
