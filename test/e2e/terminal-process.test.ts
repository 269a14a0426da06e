import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { PodRig } from '../support/pod-rig.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

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
    const command = 'until [ -e go ]; do sleep 0.01; done; seq 1 2000; touch written; exec sleep 600';
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
    await eventually('the log file', () => logText(rig, 'tool').length >= numbers.length);
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

  test('gets the keys and the size of a terminal that is attached to it, until a chord', async () => {
    const repl = [process.execPath, '-i'];
    await using rig = await PodRig.open({
      sidecars: { repl: { command: repl, tty: true, env: { NODE_REPL_HISTORY: '' } } },
      primary: { name: 'web', command: ['sleep', '600'] },
    });
    const run = rig.up();
    await run.state('repl', 'ready');
    await using terminal = new PseudoTerminal(['attach', 'repl'], {
      cwd: rig.project.folder,
      env: rig.environment,
    });
    await terminal.shows('attached to repl; Ctrl-] leaves it');
    await terminal.shows('> ');
    // Ctrl-C is a key of the process.
    terminal.type('\u0003');
    await terminal.shows('press Ctrl+C again');
    terminal.type('process.stdout.columns\r');
    await terminal.shows(/^100$/m);
    terminal.resize(90, 20);
    await terminal.shows('> ');
    terminal.type('\u001d');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text).toContain('left repl, which runs on');
    expect(terminal.isSane).toBe(true);
    await using again = new PseudoTerminal(['attach', 'repl'], {
      cwd: rig.project.folder,
      env: rig.environment,
    });
    await again.shows('> ');
    again.type('.exit\r');
    expect(await again.exit()).toBe(0);
    expect(again.text).toContain('repl has ended');
  });
});
