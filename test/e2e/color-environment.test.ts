import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { PodRig } from '../support/pod-rig.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

/** Writes down what of the color variables whoever runs it has got. */
const note = (file: string): string =>
  `echo "$FORCE_COLOR,$CLICOLOR_FORCE,$CARGO_TERM_COLOR,$PYTHONUNBUFFERED" >${file}`;

const CONFIG = {
  init: { prepare: { command: note('init') } },
  sidecars: {
    db: {
      command: `${note('sidecar')}; exec sleep 300`,
      postStart: note('hook'),
      readiness: { exec: note('probe') },
    },
    quiet: { command: `${note('quiet')}; exec sleep 300`, env: { NO_COLOR: '1' } },
  },
  primary: { name: 'app', command: note('primary') },
};

const ALL = '1,1,always,1\n';
const NONE = ',,,1\n';
const NOBODY = { init: NONE, sidecar: NONE, hook: NONE, probe: NONE, quiet: NONE, primary: NONE };

const noted = (rig: PodRig): Record<string, string> =>
  Object.fromEntries(
    ['init', 'sidecar', 'hook', 'probe', 'quiet', 'primary'].map((file) => [
      file,
      readFileSync(rig.project.path(file), 'utf8'),
    ]),
  );

describe('variables that force colors', () => {
  test('are for sidecars and primary on a terminal, without hooks, probes, init tasks and NO_COLOR', async () => {
    await using rig = await PodRig.open(CONFIG);
    await using terminal = new PseudoTerminal(['up', '--ui', 'plain'], { cwd: rig.project.folder });
    expect(await terminal.exit()).toBe(0);
    expect(noted(rig)).toEqual({ ...NOBODY, sidecar: ALL, primary: ALL });
  });

  test('are not set where output goes through pipes, and Python is unbuffered there too', async () => {
    await using rig = await PodRig.open(CONFIG);
    expect(await rig.run(['up', '--ui', 'plain']).exitCode()).toBe(0);
    expect(noted(rig)).toEqual(NOBODY);
  });

  test('are shown by env, and are not for commands of exec, which have streams of their own', async () => {
    await using rig = await PodRig.open({ primary: { name: 'app', command: 'exec sleep 300' } });
    await using terminal = new PseudoTerminal(['up', '--ui', 'plain'], {
      cwd: rig.project.folder,
      env: rig.environment,
    });
    await terminal.shows('app has started');
    const env = rig.run(['env', 'app']);
    await env.exitCode();
    expect(env.stdout).toMatch(/^FORCE_COLOR=1$/m);
    const exec = rig.run(['exec', 'app', '--', 'sh', '-c', 'echo "$FORCE_COLOR,$PYTHONUNBUFFERED"']);
    await exec.exitCode();
    expect(exec.stdout).toBe(',1\n');
    terminal.type('\u0003');
    expect(await terminal.exit()).toBe(0);
  });
});
