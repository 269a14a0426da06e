import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig } from '../support/pod-rig.ts';

const logText = ({ project }: PodRig, process: string): string => {
  const folder = project.path('.sidecarctl/logs', process);
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => readFileSync(`${folder}/${name}`, 'latin1'))
    .join('');
};

const numbers = Array.from({ length: 2_000 }, (_, index) => `${index + 1}\r\n`).join('');

describe.runIf(process.platform === 'linux')('a process with a terminal', () => {
  test('loses no byte of its log file, and does not survive, when the supervisor is killed', async () => {
    const command = 'until [ -e go ]; do sleep 0.01; done; seq 1 2000; touch written; sleep 600';
    await using rig = await PodRig.open({
      sidecars: { tool: { command, tty: true } },
      primary: { name: 'web', command: ['sleep', '600'] },
    });
    const run = rig.up();
    await run.state('web', 'ready');
    // Nobody reads the terminal from here on.
    run.signal('SIGSTOP');
    await rig.project.write('go', '');
    await rig.fileExists('written');
    await rig.crash(run);
    await eventually('all to be gone', () => rig.processes().length === 0);
    await eventually('the log file', () => logText(rig, 'tool') !== '');
    expect(logText(rig, 'tool')).toBe(numbers);
  });

  test.each([
    ['natively started', {}],
    ['isolated', { isolate: 'pid' }],
  ])('answers what is sent to it: %s', async (_, fields) => {
    const command = 'test -t 0 && tty </dev/tty; while read -r line; do echo "got $line"; done; exit 3';
    await using rig = await PodRig.open({
      sidecars: { tool: { command, tty: true, restart: 'never', ...fields } },
      primary: { name: 'web', command: ['sleep', '600'] },
    });
    const run = rig.up();
    await run.event('its terminal', ({ line }) => line === '/dev/tty');
    expect(await rig.run(['send', 'tool', 'hello\\r']).exitCode()).toBe(0);
    await run.event('the answer', ({ line }) => line === 'got hello');
    expect(await rig.run(['send', 'tool', '--eof']).exitCode()).toBe(0);
    expect(await run.state('tool', 'failed')).toMatchObject({ exitCode: 3 });
  });
});
