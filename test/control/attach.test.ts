import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { RemotePod } from '../../src/control/client/remote-pod.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { ServedTestPod } from './served-pod.ts';

const sleeper = ['sleep', '600'];
const MEBIBYTE = 1024 * 1024;

const attach = async (pod: RemotePod, process: string) => {
  const attached = await pod.attach(process);
  if (!attached.ok) throw new Error(attached.message);
  return new Attached(attached.value);
};

class Attached {
  readonly streams: Duplex;
  seen = '';

  constructor(streams: Duplex) {
    this.streams = streams.on('data', (chunk: Buffer) => {
      this.seen += chunk.toString('latin1');
    });
  }

  shows(pattern: RegExp): Promise<void> {
    return eventually(`${pattern}`, () => pattern.test(this.seen));
  }

  [Symbol.dispose](): void {
    this.streams.destroy();
  }
}

describe('a client that is attached to a process', () => {
  test('sees the last lines, then bytes as they come, and what it writes is read', async () => {
    await using served = await ServedTestPod.start({
      primary: { command: 'echo first; while read -r line; do printf "<%s>" "$line"; done; exit 4' },
    });
    await served.running.is('primary', 'ready');
    await eventually('the line', () => served.running.client.log('primary').count > 0);
    await using pod = await RemotePod.open(served.socket);
    using attached = await attach(pod, 'primary');
    await attached.shows(/first\r\n/);
    attached.streams.write('one\ntwo\n');
    await attached.shows(/<one><two>/);
    await served.running.client.request({ type: 'send', process: 'primary', text: '', eof: true });
    await withDeadline('the end', once(attached.streams, 'close'));
  });

  test('ends with its process, and hinders neither that nor the end of the pod', async () => {
    await using served = await ServedTestPod.start({
      sidecars: { tool: { command: ['cat'], restart: 'never' } },
      primary: { command: sleeper },
    });
    await served.running.is('tool', 'ready');
    await using pod = await RemotePod.open(served.socket);
    using first = await attach(pod, 'tool');
    await served.running.client.request({ type: 'stop', process: 'tool' });
    await withDeadline('the end', once(first.streams, 'close'));
    using other = await attach(pod, 'primary');
    other.streams.pause();
    expect(await served.running.client.request({ type: 'restart', process: 'primary' })).toEqual({
      ok: true,
    });
    await withDeadline('the end', once(other.streams.resume(), 'close'));
  });

  test('may paste 10 MiB into a terminal, and all of it arrives', async () => {
    await using served = await ServedTestPod.start({
      primary: {
        command: `stty raw -echo; echo ready; head -c ${10 * MEBIBYTE} | cksum; exec sleep 600`,
        tty: true,
      },
    });
    await using pod = await RemotePod.open(served.socket);
    await served.running.is('primary', 'ready');
    using attached = await attach(pod, 'primary');
    await attached.shows(/ready/);
    attached.streams.write(Buffer.alloc(10 * MEBIBYTE, 'pasted '));
    await attached.shows(/\d+ 10485760/);
  });

  test('is refused, with the reason, if nothing can be written to the process', async () => {
    await using served = await ServedTestPod.start({
      sidecars: { quiet: { command: sleeper, stdin: 'null' }, spare: { command: sleeper, autostart: false } },
      primary: { command: sleeper },
    });
    await served.running.is('quiet', 'ready');
    await using pod = await RemotePod.open(served.socket);
    const refusal = async (name: string) => {
      const attached = await pod.attach(name);
      return attached.ok ? null : attached.message;
    };
    expect(await refusal('quiet')).toMatch(/^cannot attach to quiet: its stdin is \/dev\/null/);
    expect(await refusal('spare')).toMatch(/^cannot attach to spare: it is not running/);
    expect(await refusal('sparse')).toMatch(/^there is no process sparse \(did you mean spare\?\)/);
  });
});
