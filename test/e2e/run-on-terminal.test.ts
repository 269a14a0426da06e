import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLI } from '../support/command-line.ts';
import { PodRig } from '../support/pod-rig.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';
import { CTRL_C, CTRL_Z, Terminal } from '../support/terminal.ts';

const open = (): Promise<PodRig> =>
  PodRig.open({ sidecars: { db: { command: 'exec sleep 300' } }, primary: { name: 'app', command: 'true' } });

const runOn = (rig: PodRig, ...command: string[]): PseudoTerminal =>
  new PseudoTerminal(['run', '--', ...command], { cwd: rig.project.folder, env: rig.environment });

describe('COMMAND of run, on a terminal', () => {
  test('has it: a REPL edits its line and ends by Ctrl-D', async () => {
    await using rig = await open();
    await using terminal = runOn(rig, process.execPath);
    await terminal.shows('> ');
    terminal.type('6 * 78');
    await terminal.shows('6 * 78');
    // Backspace takes the 8 back.
    terminal.type('\u007f\r');
    await terminal.shows(/^42$/m);
    terminal.type('\u0004');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.isSane).toBe(true);
  });

  test('reads a password that is not shown, and has /dev/tty', async () => {
    await using rig = await open();
    await using terminal = runOn(
      rig,
      'bash',
      '-c',
      'read -rsp "Password: " x </dev/tty; echo; echo "got $x" | tr a-z A-Z',
    );
    await terminal.shows('Password: ');
    terminal.type('secret\r');
    expect(await terminal.exit()).toBe(0);
    expect(terminal.text.trimEnd()).toBe('Password: \nGOT SECRET');
  });

  test('gets Ctrl-C once, and its answer is what counts', async () => {
    await using rig = await open();
    const script = `let n = 0; process.on('SIGINT', () => { n += 1; console.log('interrupted', n);
      setTimeout(() => process.exit(10 + n), 300); }); setInterval(() => 0, 1e6); console.log('armed');`;
    await using terminal = runOn(rig, process.execPath, '-e', script);
    await terminal.shows('armed');
    terminal.type(CTRL_C);
    expect(await terminal.exit()).toBe(11);
    expect(terminal.text).not.toContain('sidecarctl');
  });

  test('killed while it draws leaves a terminal that is in order, before the shell goes on', async () => {
    await using rig = await open();
    // The shell would write to the screen that goes.
    await rig.project.write('stty', '#!/bin/sh\n[ "$1" = -g ] || sleep 0.3\nexec /bin/stty "$@"\n', 0o755);
    const draw =
      'printf "\\033[?1049h\\033[?25l\\033[?1000h\\033[?2004h"; /bin/stty raw -echo; echo $$ >pid; echo drawn; exec sleep 300';
    const states = '/bin/stty -a >before; "$@"; echo "rc=$?"; /bin/stty -a >after';
    await using terminal = new PseudoTerminal(
      ['-c', states, 'sh', process.execPath, CLI, 'run', '--', 'sh', '-c', draw],
      {
        cwd: rig.project.folder,
        env: { ...rig.environment, PATH: `${rig.project.folder}:${process.env['PATH']}` },
        file: '/bin/sh',
      },
    );
    await terminal.shows('drawn');
    process.kill(Number(await rig.fileText('pid')), 'SIGKILL');
    await terminal.exit();
    expect(terminal.text).toContain('rc=137');
    expect(terminal.isSane).toBe(true);
    expect(terminal.screen.modes.mouseTrackingMode).toBe('none');
    const [before, after] = ['before', 'after'].map((file) => readFileSync(rig.project.path(file), 'utf8'));
    expect(after).toBe(before);
  });

  test('stops with Ctrl-Z, as the whole pod does, and goes on with fg', async () => {
    await using rig = await open();
    await using terminal = new Terminal(rig.project.folder);
    terminal.type(`"$NODE" "$SIDECARCTL" run -- sh -c 'echo be""gun; read -r line; echo "line: $line"'\n`);
    await terminal.shows(/begun/);
    terminal.type(CTRL_Z);
    await terminal.shows(/Stopped/);
    terminal.type('fg\n');
    await terminal.shows(/Stopped.*fg\r?\n.*run --/s);
    terminal.type('hello\necho "rc"=$?\n');
    await terminal.shows(/line: hello.*rc=0/s);
  });

  test('that stops by itself gives the shell its prompt', async () => {
    await using rig = await open();
    await using terminal = new Terminal(rig.project.folder);
    terminal.type(`"$NODE" "$SIDECARCTL" run -- sh -c 'echo be""gun; kill -TSTP $$; echo "went"" on"'\n`);
    await terminal.shows(/begun.*Stopped/s);
    terminal.type('fg\n');
    await terminal.shows(/went on/);
    terminal.type('echo "rc"=$?\n');
    await terminal.shows(/rc=0/);
  });
});
