import { describe, expect, test } from 'vitest';
import { InputWaits } from '../../src/supervisor/input-waits.ts';
import { eventually } from '../support/deadline.ts';
import { RunningPod } from './running-pod.ts';

const sleeper = ['sleep', '600'];
const NODE_PROMPT = `require('node:readline').createInterface(process.stdin, process.stdout).question('Name? ', console.log)`;

const withSidecar = (fields: object) =>
  RunningPod.start({
    sidecars: { tool: { restart: 'never', ...fields } },
    primary: { name: 'web', command: sleeper },
  });

const waits = (running: RunningPod): Promise<void> =>
  eventually('it to wait for input', () => running.process('tool').waitsForInput);

const noticesOf = ({ pod }: RunningPod): number =>
  pod.events.since(0).filter((event) => event['kind'] === 'waits-for-input').length;

describe.runIf(process.platform === 'linux')('a process waits for input', () => {
  test.each([
    ['a shell reads from a pipe', { command: 'printf "Name? "; read -r name; echo "$name"; sleep 600' }],
    ['a child of it reads', { command: 'printf "Name? "; (head -n 1; :); sleep 600' }],
    ['a shell reads from its terminal', { command: 'printf "Name? "; read -r name; sleep 600', tty: true }],
    ['a program on Node asks', { command: [process.execPath, '-e', NODE_PROMPT] }],
    ['a program on Node asks on its terminal', { command: [process.execPath, '-e', NODE_PROMPT], tty: true }],
  ])('when %s behind an unfinished line, until it is answered', async (_, fields) => {
    await using running = await withSidecar(fields);
    await waits(running);
    expect(noticesOf(running)).toBe(1);
    expect(running.process('web').waitsForInput).toBe(false);
    await running.client.request({ type: 'send', process: 'tool', text: 'ada\n', eof: false });
    await eventually('it to go on', () => !running.process('tool').waitsForInput);
  });

  test('also when it reads only some time after its question, and is reported once a launch', async () => {
    const command = 'printf "Name? "; sleep 0.5; read -r name; printf "Age? "; read -r age; sleep 600';
    await using running = await withSidecar({ command });
    await waits(running);
    await running.client.request({ type: 'send', process: 'tool', text: 'ada\n', eof: false });
    await eventually('the next question', () => {
      const [line] = running.client.log('tool').before(Number.POSITIVE_INFINITY, 1);
      return line?.line.toString().endsWith('Age? ') === true;
    });
    await waits(running);
    expect(noticesOf(running)).toBe(1);
  });

  test('until it ends', async () => {
    await using running = await withSidecar({ command: 'printf "Name? "; read -r name; exit 0' });
    await waits(running);
    await running.client.request({ type: 'send', process: 'tool', text: 'ada\n', eof: false });
    await eventually('its end', () => running.process('tool').state === 'completed');
    expect(running.process('tool').waitsForInput).toBe(false);
  });

  test('when a program on Node asks without a question mark on its terminal, which it has set to single keys', async () => {
    const keys = `process.stdin.setRawMode(true); process.stdin.resume(); process.stdout.write('  second choice')`;
    await using running = await withSidecar({ command: [process.execPath, '-e', keys], tty: true });
    await waits(running);
  });

  test('not when a watcher on Node writes its progress and listens to its stdin, only to see its end', async () => {
    const watcher = `process.stdin.on('end', () => process.exit()).resume(); process.stdout.write('Building… ')`;
    await using running = await RunningPod.start({
      sidecars: {
        watcher: { command: [process.execPath, '-e', watcher] },
        late: { command: `sleep 1; exec ${process.execPath} -e "${NODE_PROMPT.replaceAll('"', '\\"')}"` },
      },
      primary: { name: 'web', command: sleeper },
    });
    await eventually('its line', () => running.client.log('watcher').count === 1);
    // It asks a second later, and is looked at as often.
    await eventually('the other to wait', () => running.process('late').waitsForInput);
    expect(running.process('watcher').waitsForInput).toBe(false);
  });

  test('neither when its line goes on later, nor when it only reads', async () => {
    await using running = await RunningPod.start({
      sidecars: {
        busy: {
          command:
            'printf "Building… "; touch begun; until [ -e go ]; do sleep 0.01; done; echo done; sleep 600',
        },
        silent: { command: 'echo ready; read -r line' },
        asking: { command: 'printf "Name? "; read -r name' },
      },
      primary: { name: 'web', command: sleeper },
    });
    await eventually('one to wait', () => running.process('asking').waitsForInput);
    // Those began to write before, and nothing has changed since.
    expect(running.process('busy').waitsForInput).toBe(false);
    expect(running.process('silent').waitsForInput).toBe(false);
    await running.project.write('go', '');
  });
});

test('A process that draws its prompt again behind whole lines waits all the time, until it asks no more', async () => {
  const changes: boolean[] = [];
  let looks = 0;
  const waits: InputWaits = new InputWaits({
    readsInput: async () => {
      looks += 1;
      return 'yes';
    },
    onChange: () => changes.push(waits.has('top')),
    onFirst: () => undefined,
    crashed: (error) => {
      throw error;
    },
  });
  waits.unfinished('top', Buffer.from('> '));
  await eventually('it to wait', () => waits.has('top'));
  waits.wrote('top');
  waits.unfinished('top', Buffer.from('> '));
  await eventually('the second look', () => looks === 2);
  expect(changes).toEqual([true]);
  waits.wrote('top');
  await eventually('it to go on', () => !waits.has('top'));
  expect(changes).toEqual([true, false]);
});
