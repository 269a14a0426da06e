import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import type { PodClient } from '../../src/control/pod-client.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { ServedTestPod } from './served-pod.ts';

const sleeper = ['sleep', '600'];

class Opened {
  readonly stream: Duplex;
  seen = '';

  private constructor(stream: Duplex) {
    this.stream = stream.on('data', (chunk: Buffer) => {
      this.seen += chunk.toString('latin1');
    });
  }

  static async open(pod: PodClient, process: string): Promise<Opened> {
    const opened = await pod.openTerminal(process);
    if (!opened.ok) throw new Error(opened.message);
    return new Opened(opened.value);
  }

  shows(pattern: RegExp): Promise<void> {
    return eventually(`${pattern}`, () => pattern.test(this.seen));
  }

  [Symbol.dispose](): void {
    this.stream.destroy();
  }
}

const withTool = (fields: object) =>
  ServedTestPod.start({
    sidecars: { tool: { tty: true, restart: 'never', ...fields } },
    primary: { name: 'web', command: sleeper },
  });

/** In the pod's own process, and over its control socket. */
const CLIENTS: ReadonlyArray<readonly [string, (served: ServedTestPod) => PodClient | Promise<RemotePod>]> = [
  ['in the pod itself', ({ running }) => running.client],
  ['over the control socket', ({ socket }) => RemotePod.open(socket)],
];

describe.runIf(process.platform === 'linux').each(CLIENTS)('the terminal of a process, %s', (_, clientOf) => {
  test('has what was drawn before, gets keys, and stays open from launch to launch', async () => {
    await using served = await withTool({
      command: `printf '\\033[1mready\\033[0m> '; read -r line; echo "<$line>"`,
    });
    const client = await clientOf(served);
    await eventually('the prompt', () => served.running.client.log('tool').count > 0);
    using opened = await Opened.open(client, 'tool');
    await eventually('the prompt in bold', () => opened.seen.includes('\u001b[1mready\u001b[0m> '));
    opened.stream.write('hello\r');
    await opened.shows(/<hello>/);
    await served.running.is('tool', 'completed');
    opened.stream.write('lost\r');
    await client.request({ type: 'start', process: 'tool' });
    await opened.shows(/<hello>[\s\S]*ready/);
    opened.stream.write('again\r');
    await opened.shows(/<again>/);
    if (client instanceof RemotePod) await client[Symbol.asyncDispose]();
  });

  test('ends with the pod', async () => {
    await using served = await withTool({ command: sleeper });
    const client = await clientOf(served);
    using opened = await Opened.open(client, 'tool');
    const ended = once(opened.stream, 'close');
    await client.request({ type: 'stop-pod', grace: 1_000 });
    await withDeadline('the end', ended);
    if (client instanceof RemotePod) await client[Symbol.asyncDispose]();
  });

  test('takes a paste of 10 MiB as fast as it is read', async () => {
    const bytes = 10 * 1024 * 1024;
    await using served = await withTool({ command: `stty raw -echo; echo ready; head -c ${bytes} | cksum` });
    const client = await clientOf(served);
    using opened = await Opened.open(client, 'tool');
    await opened.shows(/ready/);
    for (let sent = 0; sent < bytes; sent += 65_536)
      if (!opened.stream.write(Buffer.alloc(65_536, 'x'))) await once(opened.stream, 'drain');
    await opened.shows(/\d+ 10485760/);
    if (client instanceof RemotePod) await client[Symbol.asyncDispose]();
  });

  test('is refused where there is none', async () => {
    await using served = await withTool({ command: sleeper });
    const client = await clientOf(served);
    expect(await client.openTerminal('web')).toEqual({
      ok: false,
      message: 'cannot attach to web: it has no terminal; give it one with tty: true',
    });
    expect(await client.openTerminal('nobody')).toMatchObject({ ok: false });
    if (client instanceof RemotePod) await client[Symbol.asyncDispose]();
  });
});

describe.runIf(process.platform === 'linux')('the terminal of a process in a snapshot', () => {
  test('has the size that it was given, and a process without one has none', async () => {
    await using served = await withTool({ command: sleeper });
    const { running } = served;
    expect(running.process('tool').terminal).toEqual({ columns: 80, rows: 24 });
    expect(running.process('web').terminal).toBe(null);
    await running.client.request({ type: 'resize', process: 'tool', columns: 100, rows: 30 });
    expect(running.process('tool').terminal).toEqual({ columns: 100, rows: 30 });
  });
});

test.runIf(process.platform === 'linux')('a program gets one answer to its question', async () => {
  await using served = await withTool({
    command: `stty raw -echo; echo ready; head -c 6 | od -An -c; sleep 600`,
  });
  const { client } = served.running;
  using opened = await Opened.open(client, 'tool');
  await opened.shows(/ready/);
  const answer = (viewer: string, text: string) =>
    client.request({ type: 'answer', process: 'tool', text, viewer, late: false });
  await answer('one', '\u001b[1;');
  await answer('other', '\u001b[7;7R');
  await answer('one', '1R');
  await opened.shows(/033 +\[ +1 +; +1 +R/);
});
