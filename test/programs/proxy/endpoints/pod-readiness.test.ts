import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { PodReadiness } from '../../../../src/programs/proxy/endpoints/pod-readiness.ts';
import { eventually } from '../../../support/deadline.ts';
import { FakePod, type State, stateFolder } from '../../pod/fake-pod.ts';

const WEB = '127.0.0.1:3000';

const follow = ({ optionsFile }: State) => {
  const said: string[] = [];
  let changes = 0;
  const readiness = new PodReadiness({
    optionsFile,
    say: (line) => void said.push(line),
    onChange: () => {
      changes += 1;
    },
  });
  const ended = readiness.follow();
  onTestFinished(() => readiness.stop());
  const untilState = (state: string | undefined) =>
    eventually(`${state}`, () => readiness.at(WEB)?.state === state);
  return { readiness, said, ended, untilState, changes: () => changes };
};

test('the states of processes are followed over the control socket', async () => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  const { untilState, changes, said } = follow(state);
  await untilState('is ready');
  await eventually('a follower', () => pod.followers === 1);
  pod.send('{"type":"process","name":"web",', '"state":"backoff"}\n{"type":"log"}\n');
  await untilState('restarts');
  pod.send('{"type":"process","name":"web","state":"ready"}\n');
  await untilState('is ready');
  expect([changes(), pod.snapshots, said]).toEqual([3, 1, []]);
});

test('after a reload the snapshot is read anew', async () => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  const { untilState } = follow(state);
  await eventually('a follower', () => pod.followers === 1);
  pod.state = 'stopped';
  pod.send('{"type":"reload"}\n');
  await untilState('is stopped');
});

test('a supervisor that goes away is said once, everything counts as ready, and a new one is found', async () => {
  const state = stateFolder({});
  const first = new FakePod();
  await first.listen(state.socket);
  const { readiness, said, untilState } = follow(state);
  await untilState('is ready');
  first.close();
  await untilState(undefined);
  expect(readiness.at(WEB)).toBeNull();
  const second = new FakePod();
  second.state = 'failed';
  await second.listen(state.socket);
  await untilState('has failed');
  second.close();
  await untilState(undefined);
  expect(said).toEqual([
    expect.stringMatching(/^cannot see which processes are ready: all count as ready \(/),
  ]);
});

test('a socket that appears late is found without a word', async () => {
  const state = stateFolder({});
  const { said, untilState } = follow(state);
  const pod = new FakePod();
  await pod.listen(state.socket);
  await untilState('is ready');
  expect(said).toEqual([]);
});

test.each([
  ['has no record', null],
  ['has found no place for a socket', { socket: '' }],
])('a pod that %s is not looked for any longer', async (_, record) => {
  const { said, ended, readiness } = follow(stateFolder(record));
  await ended;
  expect(readiness.at(WEB)).toBeNull();
  expect(said).toEqual([
    'cannot see which processes are ready: all count as ready (the pod has no control socket)',
  ]);
});

test('a supervisor that does not know these paths is said', async () => {
  const state = stateFolder({});
  const server = createServer((_, response) => response.writeHead(404).end());
  await once(server.listen(state.socket), 'listening');
  onTestFinished(() => server.closeAllConnections());
  onTestFinished(() => void server.close());
  const { said } = follow(state);
  await eventually('a line', () => said.length === 1);
  expect(said[0]).toContain('/v1/pod was answered with 404');
});
