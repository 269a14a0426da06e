import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { RunningPod } from './running-pod.ts';

const sleeper = ['sleep', '600'];
const KIBIBYTE = 1024;

const send = ({ client }: RunningPod, process: string, text: string, eof = false) =>
  client.request({ type: 'send', process, text, eof });

const linesOf = ({ client }: RunningPod, process: string): readonly string[] =>
  client
    .log(process)
    .before(Number.POSITIVE_INFINITY, 100)
    .map(({ line }) => line.toString());

describe('what is sent to a process', () => {
  test('is read by it, in order, and its stdin ends when it is told to', async () => {
    await using running = await RunningPod.start({
      primary: {
        name: 'web',
        command: 'while read -r line; do echo "got $line"; done; echo over; sleep 600',
      },
    });
    await running.is('web', 'ready');
    expect(await send(running, 'web', 'one\ntw')).toEqual({ ok: true });
    expect(await send(running, 'web', 'o\n')).toEqual({ ok: true });
    await eventually('both lines', () => linesOf(running, 'web').length === 2);
    expect(await send(running, 'web', 'three\n', true)).toEqual({ ok: true });
    await eventually('the end', () => linesOf(running, 'web').includes('over'));
    expect(linesOf(running, 'web')).toEqual(['got one', 'got two', 'got three', 'over']);
    expect(await send(running, 'web', 'four\n')).toEqual({
      ok: false,
      message: "cannot send to web: its stdin has ended; 'sidecarctl restart web' starts it with a new one",
    });
  });

  test('reaches the next launch through a stdin of its own', async () => {
    await using running = await RunningPod.start({
      primary: { name: 'web', command: sleeper },
      sidecars: { repl: { command: 'read -r line; echo "got $line"', restart: 'always' } },
    });
    await running.is('repl', 'ready');
    await send(running, 'repl', 'one\n', true);
    await eventually(
      'a restart',
      () => running.process('repl').restarts === 1 && running.process('repl').pid !== null,
    );
    expect(await send(running, 'repl', 'two\n')).toEqual({ ok: true });
    await eventually('the second answer', () => linesOf(running, 'repl').includes('got two'));
  });

  test('waits for a process that does not read, up to a limit, and stalls nobody', async () => {
    await using running = await RunningPod.start({
      primary: { name: 'web', command: sleeper },
      sidecars: {
        late: { command: 'until [ -e go ]; do sleep 0.01; done; wc -c >count; exec sleep 600' },
        other: { command: ['cat'] },
      },
    });
    await running.is('late', 'ready');
    const text = 'x'.repeat(64 * KIBIBYTE);
    let sent = 0;
    let outcome = await send(running, 'late', text);
    for (; outcome.ok && sent < 100; outcome = await send(running, 'late', text)) sent += 1;
    expect(outcome).toMatchObject({ ok: false, message: expect.stringContaining('it does not read') });
    await send(running, 'other', 'hello\n');
    await eventually('the other process to answer', () => linesOf(running, 'other').includes('hello'));
    await running.project.write('go', '');
    await eventually('room again', async () => (await send(running, 'late', 'end', true)).ok);
    const counted = running.project.path('count');
    await eventually('the count', () => existsSync(counted) && readFileSync(counted, 'utf8').trim() !== '');
    expect(Number(readFileSync(counted, 'utf8'))).toBe(sent * text.length + 3);
  });

  test('is refused, with the reason, where it would reach nobody', async () => {
    await using running = await RunningPod.start({
      init: { migrate: { command: 'until [ -e go ]; do sleep 0.01; done' } },
      sidecars: {
        quiet: { command: sleeper, stdin: 'null', autostart: false },
        closed: { command: 'exec <&-; echo closed; exec sleep 600', autostart: false },
      },
      primary: { name: 'web', command: sleeper },
    });
    await eventually('the init task', () => running.process('migrate').pid !== null);
    const messageOf = async (name: string) => {
      const outcome = await send(running, name, 'x');
      return outcome.ok ? null : outcome.message;
    };
    expect(await messageOf('migrate')).toMatch(/^cannot send to migrate: its stdin is \/dev\/null/);
    expect(await messageOf('web')).toBe(
      "cannot send to web: it is not running; start it with 'sidecarctl start web'",
    );
    expect(await messageOf('wbe')).toMatch(/^there is no process wbe \(did you mean web\?\)/);
    await running.project.write('go', '');
    for (const process of ['quiet', 'closed']) await running.client.request({ type: 'start', process });
    await running.is('quiet', 'ready');
    expect(await messageOf('quiet')).toMatch(/its stdin is \/dev\/null/);
    await eventually('closed to have closed it', () => linesOf(running, 'closed').length > 0);
    await eventually('the refusal', async () =>
      /its stdin has ended/.test((await messageOf('closed')) ?? ''),
    );
  });
});
