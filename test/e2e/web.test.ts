import { describe, expect, test } from 'vitest';
import { HeldPort } from '../support/held-port.ts';
import { PodRig } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

describe('sidecarctl web', () => {
  test('needs a running pod, and a port that it can have', async () => {
    await using rig = await PodRig.open({ primary: { command: ['sleep', '600'] } });
    const { folder } = rig.project;
    expect(await runToEnd(['web'], folder)).toMatchObject({ code: 3, stdout: '' });
    expect(await runToEnd(['web', '--port', '65536'], folder)).toMatchObject({ code: 2, stdout: '' });
    await rig.run(['up', '--detach']).exitCode();
    await using held = await HeldPort.take();
    const { code, stderr } = await runToEnd(['web', '--port', String(held.number)], folder);
    expect([code, stderr]).toEqual([
      1,
      `sidecarctl: port ${held.number} is taken: choose another one, or leave out --port\n`,
    ]);
    await rig.run(['down']).exitCode();
  });

  test('listens on its port until Ctrl-C, and leaves the pod running', async () => {
    await using rig = await PodRig.open({ primary: { command: ['sleep', '600'] } });
    await rig.run(['up', '--detach']).exitCode();
    const held = await HeldPort.take();
    const port = held.number;
    await held[Symbol.asyncDispose]();
    const run = rig.run(['web', '--port', String(port)]);
    await run.output(new RegExp(`^http://127\\.0\\.0\\.1:${port}/#token=`, 'm'));
    const page = await fetch(`http://127.0.0.1:${port}/`);
    expect(await page.text()).toContain('<script src="page.js" type="module">');
    for (const file of ['page.js', 'page.css', 'icon.svg'])
      expect((await fetch(`http://127.0.0.1:${port}/${file}`)).status).toBe(200);
    run.signal('SIGINT');
    expect(await run.exitCode()).toBe(0);
    expect((await runToEnd(['status'], rig.project.folder)).code).toBe(0);
    await rig.run(['down']).exitCode();
  });
});
