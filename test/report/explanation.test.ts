import { expect, test } from 'vitest';
import { explain, explainWait } from '../../src/core/explain.ts';
import { explanationSentences, whyText } from '../../src/report/explanation.ts';
import { withCause } from '../../src/report/wording.ts';
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

test('a process that waits for one that waits itself says what that one waits for', () => {
  const pod = new CoreDriver({
    sick: { readiness: {} },
    waiter: { dependsOn: ['sick'] },
    web: { dependsOn: ['waiter'] },
    app: { dependsOn: ['web', 'sick'] },
  });
  pod.start();
  pod.probe('sick', 'readiness', false, 'status 503');
  const why = (name: string) => whyText(explain(pod.pod, name));
  expect(why('waiter')).toBe('waiting for sick to be ready (it is running)');
  expect(why('web')).toBe('waiting for waiter, which waits for sick (running: status 503)');
  expect(why('app')).toBe(
    'waiting for web, which waits for sick (running: status 503), sick to be ready (it is running)',
  );
});

test('what waits for a process in back-off says so, through the whole chain, with its cause and the next restart', () => {
  const pod = new CoreDriver({
    db: { readiness: {} },
    api: { dependsOn: ['db'] },
    app: { dependsOn: ['api'] },
  });
  pod.start();
  pod.exits('db', 1);
  pod.advance(10);
  pod.exits('db', 1);
  const sentences = (name: string) => {
    const chain = { processes: explainWait(pod.pod, name), cause: 'no DATABASE_URL' };
    return explanationSentences(explain(pod.pod, name), pod.now, chain);
  };
  expect(sentences('app')[1]).toBe(
    'It waits for api ← db: db exited with code 1 0ms ago; restart 2 in 1s; likely cause: no DATABASE_URL.',
  );
  expect(whyText(explain(pod.pod, 'app'))).toBe('waiting for api, which waits for db (exited with code 1)');
  expect(sentences('api')[1]).toMatch(/^It waits for db: db exited with code 1 /);
  expect(sentences('db')[0]).toBe('db exited with code 1 0ms ago; restart 2 in 1s.');
  expect(sentences('db')[1]).toMatch(/^Its last run exited with code 1 after /);
});

test('what is blocked by a failure says which command goes on, in the pod that it is about', () => {
  const pod = new CoreDriver({
    seed: { role: 'init' },
    side: { dependsOn: ['seed'] },
    app: { dependsOn: [] },
  });
  pod.start();
  pod.exits('seed', 3);
  const adviceFor = (label: string | null) =>
    explanationSentences(explain(pod.pod, 'side'), pod.now, undefined, label).find((one) =>
      one.startsWith('Fix'),
    );
  expect(adviceFor(null)).toBe("Fix seed, then run 'sidecarctl restart seed'.");
  expect(adviceFor('blue')).toBe("Fix seed, then run 'sidecarctl restart seed --name blue'.");
});

test('a process that did not start with the pod says how to start it', () => {
  const pod = new CoreDriver({ spare: { desired: false }, app: { dependsOn: [] } });
  pod.start();
  expect(explanationSentences(explain(pod.pod, 'spare'), pod.now)).toEqual([
    'spare was not started with the pod.',
    "Start it with 'sidecarctl start spare'.",
  ]);
});

test('a process that could not be launched has neither run nor been restarted', () => {
  const pod = new CoreDriver({ nod: {}, app: {} });
  pod.start();
  const failure = { kind: 'program', file: 'nod', obstacle: { kind: 'not-found' } } as const;
  pod.exits('nod', 127, failure);
  pod.advance(10);
  pod.exits('nod', 127, failure);
  expect(explanationSentences(explain(pod.pod, 'nod'), pod.now)).toEqual([
    'nod could not be started: command not found: nod 0ms ago; restart 2 in 1s.',
    'It has been tried 2 times.',
  ]);
  pod.request('stop', 'nod');
  pod.advance(5_000);
  expect(explanationSentences(explain(pod.pod, 'nod'), pod.now)[1]).toBe(
    'It could not be started: command not found: nod, 5s ago.',
  );
});

test.each([
  [
    'a cause that names what the sentence does not',
    'web exited with code 1; restarting now',
    'the variable A is not set: give it in env',
    'web exited with code 1; restarting now; likely cause: the variable A is not set: give it in env',
  ],
  [
    'a cause that the sentence names already, with advice',
    'web could not be started: command not found: nod; restarting now',
    'command not found: nod: install it, or give its path',
    'web could not be started: command not found: nod; restarting now; install it, or give its path',
  ],
  [
    'a failed probe that the sentence names already',
    'web was stopped (liveness probe failed: HTTP 503); restarting now',
    'its liveness probe failed, so it was killed: HTTP 503',
    'web was stopped (liveness probe failed: HTTP 503); restarting now',
  ],
  [
    'a finding of its probe',
    'web has been running for 10s; not ready: HTTP 503',
    'it is running, but its probe fails: HTTP 503',
    'web has been running for 10s; not ready: HTTP 503',
  ],
])('the line of an end says nothing twice: %s', (_, sentence, cause, line) => {
  expect(withCause(sentence, cause)).toBe(line);
});
