import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ContainerCli } from '../../../../src/runtime/engines/container/container-cli.ts';
import { ContainerMeter } from '../../../../src/runtime/engines/container/container-meter.ts';

/** An engine that says this, whatever it is asked. */
const engineThatSays = (text: string): ContainerCli => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-stats-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\nprintf '${text}'\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  return new ContainerCli({ engine: 'docker', env: { PATH: folder } });
};

test('what the engine tells of a container takes the place of what its client uses', async () => {
  const client = new Map([
    ['db', { cpu: 0, memory: 1, processes: 1 }],
    ['app', { cpu: 0.5, memory: 2, processes: 3 }],
  ]);
  const look = () => Promise.resolve(client);
  const meter = new ContainerMeter({
    cli: engineThatSays('somebodys\\t1%%\\t1GiB / 2GiB\\t9\\nmine\\t12.50%%\\t1.5MiB / 2GiB\\t3\\n'),
    machine: { look, lookClosely: look },
    processes: () => new Map([['mine', 'db']]),
  });
  expect(await meter.look()).toEqual(
    new Map([
      ['db', { cpu: 0.125, memory: 1_572_864, processes: 3 }],
      ['app', { cpu: 0.5, memory: 2, processes: 3 }],
    ]),
  );
});

test('no engine is asked while no container has run', async () => {
  const cli = new ContainerCli({ engine: 'docker', env: { PATH: '/nowhere' } });
  expect(await new ContainerMeter({ cli, machine: null, processes: () => new Map() }).look()).toEqual(
    new Map(),
  );
});
