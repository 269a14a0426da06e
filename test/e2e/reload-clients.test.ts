import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PodRig } from '../support/pod-rig.ts';

const sleeper = ['sleep', '600'];
const web = { name: 'web', command: 'echo web; exec sleep 600' };
const more = { command: 'echo more; exec sleep 600', ports: { main: 'auto' }, readiness: false };

const openPod = async () => {
  const rig = await PodRig.open({ primary: web });
  const run = rig.up();
  await run.state('web', 'ready');
  const ask = async (...args: string[]) => {
    const asked = rig.run(args);
    const code = await asked.exitCode();
    return { code, stdout: asked.stdout, stderr: asked.stderr };
  };
  return { rig, run, ask, [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose]() };
};

test('followers of a pod see what a reload adds', async () => {
  await using pod = await openPod();
  const logs = pod.rig.run(['logs', '-f']);
  const attached = pod.rig.run(['attach', '--ui', 'plain']);
  const events = pod.rig.run(['events', '-f']);
  await logs.output(/web/);
  await attached.output(/\| web\n/);
  await events.output(/web starting -> /);
  await pod.rig.configure({ sidecars: { more }, primary: web });
  expect((await pod.ask('reload')).code).toBe(0);
  await logs.output(/more \| more/);
  await attached.output(/more +\| more/);
  await events.output(/more pending -> starting/);
  await pod.ask('down');
});

test('a dry run of a reload writes nothing, and a port that comes back has its old number', async () => {
  await using pod = await openPod();
  const ports = () => pod.rig.project.path('.sidecarctl/ports.json');
  await pod.rig.configure({ sidecars: { more }, primary: web });
  expect((await pod.ask('reload', '--dry-run')).code).toBe(0);
  expect(existsSync(ports())).toBe(false);
  const portOf = async () => {
    expect((await pod.ask('reload')).code).toBe(0);
    const { stdout } = await pod.ask('status', '--json');
    const found = JSON.parse(stdout).processes.find(({ name }: { name: string }) => name === 'more');
    return found?.ports[0].port as number | undefined;
  };
  const first = await portOf();
  expect(readFileSync(ports(), 'utf8')).toContain(`${first}`);
  await pod.rig.configure({ sidecars: { other: { command: sleeper } }, primary: web });
  expect(await portOf()).toBeUndefined();
  await pod.rig.configure({ sidecars: { more }, primary: web });
  expect(await portOf()).toBe(first);
});
