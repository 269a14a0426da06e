import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { PodReadiness } from '../../src/programs/proxy/endpoints/pod-readiness.ts';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const LISTENS = `require('node:http').createServer((_, response) => response.end())
  .listen(process.env.PORT, '127.0.0.1')`;

test('a program of a pod sees over its socket which processes are ready', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      web: {
        command: [process.execPath, '-e', LISTENS],
        ports: { http: 'auto' },
        files: { options: 'x' },
        readiness: { tcp: 'http', period: '50ms' },
      },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const { ports } = await run.state('web', 'ready');
  await run.state('primary', 'ready');
  const runs = join(rig.project.folder, '.sidecarctl/runs');
  const said: string[] = [];
  const readiness = new PodReadiness({
    optionsFile: join(runs, readdirSync(runs)[0] ?? '', 'files/web/options'),
    say: (line) => void said.push(line),
    onChange: () => undefined,
  });
  onTestFinished(() => readiness.stop());
  const followed = readiness.follow();
  const address = `127.0.0.1:${(ports as { readonly http: number }).http}`;
  const until = (state: string | undefined) =>
    eventually(`${state}`, () => readiness.at(address)?.state === state);
  await until('is ready');
  await runToEnd(['stop', 'web'], rig.project.folder);
  await until('is stopped');
  await runToEnd(['start', 'web'], rig.project.folder);
  await until('is ready');
  expect(said).toEqual([]);
  await stop(run);
  await until(undefined);
  await followed;
});
