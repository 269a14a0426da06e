import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { Connection } from '../../src/control/client/connection.ts';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import type { EventLine, MissedLine } from '../../src/control/protocol.ts';
import { ControlServer } from '../../src/control/server/control-server.ts';
import { EventHistory } from '../../src/supervisor/event-history.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { FakePod } from '../support/fake-pod.ts';
import { podSpec } from '../support/pod-spec.ts';
import { Project } from '../support/project.ts';

type Line = EventLine | MissedLine;

/** A control server over a history that the test fills. */
class ServedHistory implements AsyncDisposable {
  readonly history: EventHistory;
  readonly socket: string;
  readonly connection: Connection;
  readonly #server: ControlServer;
  readonly #project: Project;

  private constructor(project: Project, socket: string, history: EventHistory, server: ControlServer) {
    this.history = history;
    this.socket = socket;
    this.connection = new Connection(socket);
    this.#server = server;
    this.#project = project;
  }

  static async open(): Promise<ServedHistory> {
    const project = await Project.create();
    const socket = project.path('control.sock');
    const history = new EventHistory(podSpec({}));
    const served = {
      client: new FakePod(),
      events: history,
      spec: { ui: { keys: {}, theme: {} } },
      connect: () => 'it has none',
    };
    return new ServedHistory(project, socket, history, await ControlServer.open(socket, served));
  }

  happen(times: number): void {
    for (let at = 0; at < times; at++) this.history.notice({ kind: 'left-behind', message: 'something' });
  }

  async since(seq: number): Promise<readonly Line[]> {
    const lines: Line[] = [];
    const path = `events?since=${seq}`;
    const answer = await this.connection.follow(path, new AbortController().signal, (line: Line) =>
      lines.push(line),
    );
    if (!answer.ok) throw new Error(answer.message);
    return lines;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.#project[Symbol.asyncDispose]();
  }
}

/** How many it was told of and how many it was told it missed, once the numbers have been held against each other. */
const accountOf = (
  lines: readonly Line[],
  since: number,
): { readonly told: number; readonly missed: number } => {
  let [last, told, missed] = [since, 0, 0];
  for (const line of lines) {
    if ('count' in line && line.type === 'missed') {
      missed += line.count as number;
      last += line.count as number;
      continue;
    }
    expect((line as EventLine).seq).toBe(last + 1);
    last += 1;
    told += 1;
  }
  return { told, missed };
};

test('a client that asks for what is no longer kept is told how much that is, and gets the rest', async () => {
  await using served = await ServedHistory.open();
  served.happen(25_000);
  const { first } = served.history;
  expect(first).toBeGreaterThan(1_000);
  const lines = await served.since(5);
  expect(lines[0]).toEqual({ type: 'missed', count: first - 1 - 5 });
  expect(accountOf(lines, 5)).toEqual({ told: 25_000 - first + 1, missed: first - 6 });
});

test('a client that asks from the oldest that is kept, or later, misses nothing', async () => {
  await using served = await ServedHistory.open();
  served.happen(25_000);
  const { first } = served.history;
  expect(accountOf(await served.since(first - 1), first - 1).missed).toBe(0);
  expect(accountOf(await served.since(24_990), 24_990)).toEqual({ told: 10, missed: 0 });
  expect(await served.since(25_000)).toEqual([]);
});

test('a client that follows and does not read meanwhile has every event accounted for', async () => {
  await using served = await ServedHistory.open();
  served.happen(10);
  const socket = connect(served.socket);
  socket.write('GET /v1/events?since=0&follow=1 HTTP/1.1\r\nhost: pod\r\nconnection: close\r\n\r\n');
  socket.pause();
  const all = 60_000;
  for (let at = 0; at < 100; at++) {
    served.happen(all / 100);
    // What is sent is sent between two turns of the loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const lines: Line[] = [];
  let rest = '';
  const read = Promise.withResolvers<void>();
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    // Chunks of HTTP stand on lines of their own.
    for (const text of texts) if (text.startsWith('{')) lines.push(JSON.parse(text));
    const last = lines.at(-1);
    if (last !== undefined && 'seq' in last && last.seq === served.history.last) read.resolve();
  });
  socket.resume();
  await withDeadline('the newest event', read.promise);
  const { told, missed } = accountOf(lines, 0);
  expect(told + missed).toBe(all + 10);
  expect(missed).toBeGreaterThan(1_000);
  socket.destroy();
});

test('a number that is greater than the newest is of another run, and refused', async () => {
  await using served = await ServedHistory.open();
  served.happen(7);
  await expect(served.since(8)).rejects.toThrow('there is no event 8 yet: the newest is 7');
  await expect(served.since(7)).resolves.toEqual([]);
});

test('a client in another process gets the events that are kept, and then those that follow', async () => {
  await using served = await ServedHistory.open();
  served.happen(2);
  await using pod = await RemotePod.open(served.socket);
  const seqs: number[] = [];
  const end = pod.onEvent(({ seq }) => seqs.push(seq));
  await eventually('past events', () => seqs.length === 2);
  served.happen(1);
  await eventually('a new event', () => seqs.length === 3);
  expect(seqs).toEqual([1, 2, 3]);
  end();
});
