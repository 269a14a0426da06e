import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { canRun, IMAGE, withImage } from '../support/containers.ts';
import { freePort } from '../support/free-port.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

/** A server, an init task behind it, and an app that tells what it sees and fails. */
const config = (port: number): string => `
const image = '${IMAGE}';
const ports = { main: { port: 'auto', target: 8080 } };
export default {
  name: 'shop',
  volumes: { shared: { persist: true } },
  init: { prepare: { image, command: 'wget -q -O /d/page http://127.0.0.1:\${ports.cache.main}/', mounts: { shared: '/d' }, dependsOn: ['cache'] } },
  sidecars: {
    cache: { image, command: 'mkdir /tmp/w; echo the page > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w', ports, stop: { signal: 'SIGKILL' } },
  },
  primary: {
    name: 'web', image, ports: { http: ${port} }, readiness: false, mounts: { shared: '/d' },
    command: 'cat /d/page $FILE_CONF; echo $NOTE; exit 3',
    env: { NOTE: 'a$b' },
    files: { conf: 'port \${ports.web.http} of $x' },
  },
};
`;

const SEEN = ['the page', 'port ', 'of $x', 'a$b'];

const exportedTo = async (project: Project): Promise<void> => {
  const { code, stderr } = await runToEnd(['export', 'compose', '-o', 'compose.yaml'], project.folder);
  expect([code, stderr.includes('not carried over')], stderr).toEqual([0, false]);
};

const hasCompose = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;

describe.skipIf(!canRun('docker') || !hasCompose)('Docker Compose', () => {
  withImage('docker');

  test('runs a pod that was exported, waits as the pod does, and ends with its primary', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': config(await freePort()) });
    await exportedTo(project);
    const name = `sidecarctl-test-${process.pid}`;
    const compose = ['compose', '--project-name', name];
    const words = [...compose, 'up', '--exit-code-from', 'web', 'web'];
    // A killed one has no exit code.
    const up = spawn('docker', words, { cwd: project.folder, timeout: 60_000 });
    try {
      const [[code], output] = await Promise.all([once(up, 'exit'), text(up.stdout), text(up.stderr)]);
      expect(code, output).toBe(3);
      for (const seen of SEEN) expect(output).toContain(seen);
    } finally {
      up.kill();
      spawnSync('docker', [...compose, 'down', '--volumes', '--timeout', '1'], {
        cwd: project.folder,
        stdio: 'ignore',
      });
    }
  });
});

describe.skipIf(!canRun('docker'))('a pod that was exported to Compose', () => {
  withImage('docker');

  test('runs again from there, and ends with its primary', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': config(await freePort()) });
    await exportedTo(project);
    const { code, stdout, stderr } = await runToEnd(
      ['up', '-c', 'compose.yaml', '--ui', 'plain'],
      project.folder,
    );
    expect(code, stdout + stderr).toBe(3);
    for (const seen of SEEN) expect(stdout).toContain(seen);
  });
});
