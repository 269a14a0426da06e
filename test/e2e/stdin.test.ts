import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PodRig } from '../support/pod-rig.ts';

/** Ends when its stdin ends, as esbuild and tailwindcss do; takes a moment to stop. */
const WATCHER = `
  process.stdin.resume().on('end', () => { require('node:fs').writeFileSync('eof', ''); process.exit(0); });
  process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50));
  require('node:fs').writeFileSync('watching', '');
`;
const watcher = [process.execPath, '-e', WATCHER];
const waitFor = (...files: string[]): string =>
  files.map((file) => `until [ -e ${file} ]; do sleep 0.01; done`).join('; ');

describe('stdin', () => {
  test('of a sidecar stays open, without a byte, until the process has ended', async () => {
    await using rig = await PodRig.open({
      sidecars: { css: { command: watcher, restart: 'never' } },
      primary: { command: waitFor('watching'), restart: 'never' },
    });
    const run = rig.up();
    expect(await run.exitCode()).toBe(0);
    expect(await run.state('css', 'stopped')).toMatchObject({ exitCode: 0, signal: null });
    expect(existsSync(rig.project.path('eof'))).toBe(false);
  });

  test('of a primary stays open too: a watcher as primary ends by request only', async () => {
    await using rig = await PodRig.open({ primary: { command: watcher } });
    const run = rig.up();
    await rig.fileExists('watching');
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
    expect(existsSync(rig.project.path('eof'))).toBe(false);
  });

  test('is at its end for init tasks, hooks, probes, and for who asks for that', async () => {
    await using rig = await PodRig.open({
      init: { prepare: { command: 'cat && echo done >init' } },
      sidecars: {
        db: {
          command: 'cat && echo done >null; exec sleep 300',
          stdin: 'null',
          postStart: 'cat && echo done >hook',
          readiness: { exec: 'cat && echo done >probe' },
        },
      },
      primary: { command: waitFor('null', 'hook', 'probe') },
    });
    expect(await rig.run(['up', '--start-timeout', '20s']).exitCode()).toBe(0);
    for (const file of ['init', 'null', 'hook', 'probe'])
      expect(readFileSync(rig.project.path(file), 'utf8')).toBe('done\n');
  });

  test.runIf(process.platform === 'linux')(
    'is a pipe of its own that can be opened anew, and nobody holds another’s',
    async () => {
      const command =
        'readlink /proc/$$/fd/0 >"$NAME.in"; ls -l /proc/$$/fd >"$NAME.fds"; : </dev/stdin; exec sleep 300';
      const sidecar = (NAME: string) => ({ command, env: { NAME }, readiness: { file: `${NAME}.fds` } });
      await using rig = await PodRig.open({
        sidecars: { one: sidecar('one'), two: sidecar('two') },
        primary: { command: 'true' },
      });
      expect(await rig.run(['up']).exitCode()).toBe(0);
      const [one, two] = ['one', 'two'].map((name) => readFileSync(rig.project.path(`${name}.in`), 'utf8'));
      expect(one).toMatch(/^pipe:/);
      expect(two).toMatch(/^pipe:/);
      expect(one).not.toBe(two);
      expect(readFileSync(rig.project.path('two.fds'), 'utf8')).not.toContain(one?.trim());
    },
  );

  test('of a process that does not run gets nothing, and `send` names the command that starts it in that pod', async () => {
    await using rig = await PodRig.open({
      sidecars: { spare: { command: ['sleep', '600'], autostart: false } },
      primary: { name: 'web', command: ['sleep', '600'] },
    });
    const run = rig.up('--name', 'blue');
    await run.state('web', 'ready');
    const asked = rig.run(['send', 'spare', 'x', '--name', 'blue']);
    expect(await asked.exitCode()).toBe(1);
    expect(asked.stderr).toContain("start it with 'sidecarctl start spare --name blue'");
  });

  test.runIf(process.platform === 'linux')(
    'of a process that asks is what `why` advises to write to',
    async () => {
      await using rig = await PodRig.open({
        sidecars: { setup: { command: 'printf "Name? "; read -r name; exec sleep 600' } },
        primary: { name: 'web', command: ['sleep', '600'] },
      });
      const run = rig.up('--name', 'blue');
      await run.event('the question', ({ kind, name }) => kind === 'waits-for-input' && name === 'setup');
      const asked = rig.run(['why', 'setup', '--name', 'blue']);
      expect(await asked.exitCode()).toBe(0);
      expect(asked.stdout).toContain(
        "It waits for input: answer with 'sidecarctl attach setup --name blue' or 'sidecarctl send setup … --name blue'.",
      );
    },
  );

  test('carries what `send` writes, and `send` says why it cannot', async () => {
    await using rig = await PodRig.open({
      sidecars: { quiet: { command: ['sleep', '600'], stdin: 'null' } },
      primary: { name: 'web', command: 'read -r one; echo "$one" >got; cat >>got; exit 7' },
    });
    const run = rig.up();
    await run.state('web', 'ready');
    const send = async (...args: string[]) => {
      const asked = rig.run(['send', ...args]);
      return { code: await asked.exitCode(), stderr: asked.stderr };
    };
    expect(await send('quiet', 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('/dev/null') });
    expect(await send('wbe', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean'),
    });
    expect(await send('web', 'x\\')).toMatchObject({ code: 2, stderr: expect.stringContaining('no escape') });
    expect(await send('web', 'one\\ntwo\\x21', '--eof')).toEqual({ code: 0, stderr: '' });
    expect(await run.exitCode()).toBe(7);
    expect(readFileSync(rig.project.path('got'), 'utf8')).toBe('one\ntwo!');
  });
});
