import { chmodSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CommandLine } from '../support/command-line.ts';
import { Nobody } from '../support/nobody.ts';
import { PodRig } from '../support/pod-rig.ts';

const isRoot = process.geteuid?.() === 0;

test.runIf(isRoot)("a pod of root's is told of to other users, and not taken for none", async () => {
  using nobody = Nobody.create();
  await using rig = await PodRig.open(null, {
    'sidecars.config.json': '{ "primary": { "command": "sleep 600" } }',
  });
  chmodSync(rig.project.folder, 0o755);
  const run = rig.up();
  await run.state('primary', 'ready');
  const ask = async (...args: string[]) => {
    await using asked = new CommandLine(args, rig.project.folder, rig.environment, nobody.command);
    return { code: await asked.exitCode(), text: asked.stdout + asked.stderr };
  };
  for (const command of ['status', 'down', 'check', 'dev', 'logs', 'wait'])
    expect(await ask(command)).toMatchObject({
      code: 1,
      text: expect.stringContaining('.sidecarctl belongs to root and is not readable'),
    });
});
