import { describe, expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';
import { PodRig } from '../support/pod-rig.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

/** Prints a prompt, and the rest of its line once a file is there. */
const asking = (fields: object = {}) => ({
  command: `printf 'Name: '; until [ -e named ]; do sleep 0.01; done; echo Ann; exec sleep 300`,
  ...fields,
});
const pod = (fields: object = {}) => ({
  sidecars: { ask: asking(fields) },
  primary: { name: 'app', command: 'exec sleep 300' },
});

describe('a line that is not finished', () => {
  test('is matched by a log probe', async () => {
    await using rig = await PodRig.open(pod({ readiness: { log: /^Name: $/ } }));
    const run = rig.up();
    await run.state('ask', 'ready');
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test('is one of the JSON lines, marked as partial, and then the whole line comes', async () => {
    await using rig = await PodRig.open(pod());
    const run = rig.up();
    const lineOf = (line: string) => run.event(line, (event) => event['line'] === line);
    expect(await lineOf('Name: ')).toMatchObject({ name: 'ask', stream: 'stdout', partial: true });
    await rig.project.write('named', '');
    expect(await lineOf('Name: Ann')).not.toHaveProperty('partial');
  });

  test('is matched and shown though it grows without a pause', async () => {
    const command = 'while :; do printf .; sleep 0.02; done';
    await using rig = await PodRig.open({
      sidecars: { dots: { command, readiness: { log: '..........' } } },
      primary: { name: 'app', command: 'exec sleep 300' },
    });
    const run = rig.up();
    await run.state('dots', 'ready');
    await run.event('dots', ({ name, partial }) => name === 'dots' && partial === true);
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test('stands in plain output without its end, which follows', async () => {
    await using rig = await PodRig.open(pod());
    const run = rig.run(['up', '--ui', 'plain']);
    await run.output(/^ask {8}\| Name: $/m);
    await rig.project.write('named', '');
    await run.output(/Ann\n/);
    expect(run.stdout).toBe('ask        | Name: Ann\n');
  });

  test('reaches whoever follows the logs, and is one line once it is whole', async () => {
    await using rig = await PodRig.open(pod());
    await using run = rig.run(['up', '--ui', 'json']);
    await run.event('the prompt', (event) => event['line'] === 'Name: ');
    const json = rig.run(['logs', '-f', '--json', 'ask']);
    const plain = rig.run(['logs', '-f', 'ask']);
    await json.output(/"line":"Name: ","partial":true/);
    await plain.output(/^Name: $/);
    await rig.project.write('named', '');
    await json.output(/"line":"Name: Ann"\}/);
    await plain.output(/^Name: Ann\n$/);
    const after = rig.run(['logs', 'ask']);
    expect(await after.exitCode()).toBe(0);
    expect(after.stdout).toBe('Name: Ann\n');
  });

  test('is drawn anew on a terminal as it writes over itself, behind its prefix', async () => {
    const command = `
      printf '10%%\\r'; until [ -e go ]; do sleep 0.01; done
      printf '20%%\\r'; until [ -e done ]; do sleep 0.01; done; printf '\\033[Kdone\\n'; exec sleep 300`;
    await using rig = await PodRig.open({
      sidecars: { get: { command } },
      primary: { name: 'app', command: 'exec sleep 300' },
    });
    await using terminal = new PseudoTerminal(['up', '--ui', 'plain'], {
      cwd: rig.project.folder,
      env: rig.environment,
    });
    await terminal.shows(/^get {8}\| 10%$/m);
    await rig.project.write('go', '');
    await terminal.shows(/^get {8}\| 20%$/m);
    await rig.project.write('done', '');
    await terminal.shows(/^get {8}\| done$/m);
    expect(terminal.text.match(/get {8}\|/g)).toHaveLength(1);
    terminal.type('\u0003');
    expect(await terminal.exit()).toBe(0);
  });
});

describe('plain output on a terminal', () => {
  test('keeps the screen from a process that clears, switches and retitles it, and keeps its colors', async () => {
    const hostile =
      '\\033[2J\\033[3J\\033[H\\033[?1049h\\033[?25l\\033[?1000h\\033]0;mine\\007\\033(0\\302\\2332J';
    const command = `echo BEFORE >&2; printf '${hostile}\\033[31mred\\nstill\\033[0m plain\\n'`;
    await using rig = await PodRig.open({ primary: { name: 'app', command } });
    const shell = ['-c', `echo top; '${process.execPath}' '${CLI}' up --ui plain`];
    await using terminal = new PseudoTerminal(shell, {
      cwd: rig.project.folder,
      env: rig.environment,
      file: '/bin/sh',
    });
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text).toMatch(/^top$/m);
    expect(terminal.text).toMatch(/^app {8}\| BEFORE$/m);
    expect(terminal.text).toMatch(/^app {8}\| red$/m);
    expect(terminal.output).toContain('\u001b[31mred\u001b[0m\r\n');
    expect(terminal.output).toContain('\u001b[31mstill\u001b[0m plain\r\n');
    expect(terminal.output).not.toContain('mine');
    expect(terminal.isSane).toBe(true);
    expect(terminal.screen.modes.mouseTrackingMode).toBe('none');
  });
});
