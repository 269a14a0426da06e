import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PodReadiness } from '../../../../src/programs/proxy/endpoints/pod-readiness.ts';
import { eventually } from '../../../support/deadline.ts';

const WEB = '127.0.0.1:3000';

interface State {
  readonly folder: string;
  readonly optionsFile: string;
  readonly socket: string;
}

/** A state folder with the run `r1` of a pod, and the record of another one. */
const stateFolder = (record: object | null): State => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-readiness-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'pods'));
  mkdirSync(join(folder, 'runs/r1/files/edge'), { recursive: true });
  const socket = join(folder, 's');
  writeFileSync(join(folder, 'pods/broken.json'), '{');
  writeFileSync(join(folder, 'pods/other.json'), JSON.stringify({ runId: 'r2', socket: '/nonexistent' }));
  if (record !== null)
    writeFileSync(join(folder, 'pods/this.json'), JSON.stringify({ runId: 'r1', socket, ...record }));
  return { folder, socket, optionsFile: join(folder, 'runs/r1/files/edge/options') };
};

/** What a supervisor serves: a snapshot with one process, and events. */
class FakePod {
  state = 'ready';
  snapshots = 0;
  readonly #followers = new Set<ServerResponse>();
  readonly #server = createServer((request, response) => {
    if (request.url === '/v1/pod') {
      this.snapshots += 1;
      const ports = [{ name: 'http', host: '127.0.0.1', port: 3000, protocol: 'tcp' }];
      response.end(`${JSON.stringify({ seq: 7, processes: [{ name: 'web', state: this.state, ports }] })}\n`);
    } else if (request.url === '/v1/events?since=7&follow=1') {
      this.#followers.add(response);
      response.on('close', () => this.#followers.delete(response));
      response.writeHead(200).flushHeaders();
    } else {
      response.writeHead(404).end();
    }
  });

  async listen(socket: string): Promise<void> {
    await once(this.#server.listen(socket), 'listening');
    onTestFinished(() => this.close());
  }

  get followers(): number {
    return this.#followers.size;
  }

  send(...texts: readonly string[]): void {
    for (const follower of this.#followers) for (const text of texts) follower.write(text);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

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
