import { expect, test } from 'vitest';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

test('a process gets what another provides, and env names the provider', async () => {
  await using rig = await PodRig.open((steered) => ({
    sidecars: {
      proxy: {
        command: 'exec sleep 300',
        ports: { main: 'auto' },
        readiness: false,
        provides: { env: { HTTP_PROXY: 'http://127.0.0.1:${ports.proxy.main}', PROXY_TOKEN: 'hunter22' } },
      },
    },
    primary: steered('app'),
  }));
  const run = rig.up();
  const { env } = await rig.child('app');
  const { ports } = await run.state('proxy', 'ready');
  expect(env['HTTP_PROXY']).toBe(`http://127.0.0.1:${(ports as { main: number }).main}`);
  await run.state('primary', 'ready');
  const { stdout } = await runToEnd(['env', 'primary'], rig.project.folder);
  expect(stdout).toContain(`# HTTP_PROXY is provided by proxy\nHTTP_PROXY=${env['HTTP_PROXY']}\n`);
  expect(stdout).toContain('# PROXY_TOKEN is provided by proxy\nPROXY_TOKEN=***\n');
  await stop(run);
});
