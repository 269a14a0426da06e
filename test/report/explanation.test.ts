import { expect, test } from 'vitest';
import { explain } from '../../src/core/explain.ts';
import { whyText } from '../../src/report/explanation.ts';
import { CoreDriver } from '../support/core-driver.ts';

const stopped = (how: 'stop' | 'kill'): string | null => {
  const pod = new CoreDriver({ redis: {}, app: {} });
  pod.start();
  pod.request(how, 'redis');
  pod.exits('redis', how === 'kill' ? 'SIGKILL' : 'SIGTERM');
  return whyText(explain(pod.pod, 'redis'));
};

test('a process that was killed on request is not told as one that has stopped', () => {
  expect(stopped('kill')).toBe('killed (stop requested)');
  expect(stopped('stop')).toBe('stop requested');
});
