import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { requestPod } from '../../../src/programs/pod/request-pod.ts';
import { FakePod, stateFolder } from './fake-pod.ts';

const RESTART = { type: 'restart', process: 'web' } as const;

test('a pod takes a request', async () => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  expect(await requestPod(state.optionsFile, RESTART)).toEqual({ ok: true });
  expect(pod.requests).toEqual(['{"type":"restart","process":"web"}']);
});

test('a pod says why it does not take a request', async () => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  pod.outcome = { ok: false, message: 'cannot restart web: the pod stops' };
  expect(await requestPod(state.optionsFile, RESTART)).toEqual(pod.outcome);
});

test.each([
  ['without a socket', null, 'the pod has no control socket'],
  ['whose socket has gone', {}, 'ENOENT'],
])('a request to a pod %s fails with the reason', async (_, record, message) => {
  const outcome = await requestPod(stateFolder(record).optionsFile, RESTART);
  expect(outcome).toEqual({ ok: false, message: expect.stringContaining(message) });
});

test('a pod that answers without end is cut off', async () => {
  const state = stateFolder({});
  const server = createServer((_, response) => {
    const more = (): void =>
      void (response.destroyed || response.write('x'.repeat(32 * 1024), () => setImmediate(more)));
    more();
  });
  await once(server.listen(state.socket), 'listening');
  onTestFinished(() => void server.close());
  expect(await requestPod(state.optionsFile, RESTART)).toEqual({
    ok: false,
    message: 'the answer of the pod is too long',
  });
});
