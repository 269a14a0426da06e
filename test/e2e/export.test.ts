import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { Project } from '../support/project.ts';

const run = hostCommands();

const CONFIG = `export default {
  name: 'shop',
  sidecars: { cache: { image: 'redis:7', stop: { signal: 'SIGINT' } } },
  primary: { name: 'web', command: ['node', 'web.js'], ports: { http: 'auto' }, restart: 'always' },
};
`;
const LOST =
  "sidecarctl: not carried over: cache: stop.signal: a kubelet sends the image's STOPSIGNAL, or SIGTERM, not SIGINT\n";

test('writes manifests to stdout, and what is lost to stderr', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  const { code, stdout, stderr } = await run(
    ['export', 'kubernetes', '--image', 'web=web:1'],
    project.folder,
  );
  expect([code, stderr]).toEqual([0, LOST]);
  const kinds = stdout.split('---\n').map((text) => (load(text) as { kind: string }).kind);
  expect(kinds).toEqual(['ConfigMap', 'Deployment', 'Service']);
});

test('writes a file for each manifest into a folder, and --strict takes no loss', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  const options = ['--kind', 'pod', '--image', 'web=web:1', '--strict', '-o', 'out/'];
  expect(await run(['export', 'kubernetes', ...options], project.folder)).toEqual({
    ...{ code: 1, stdout: '', stderr: LOST },
  });
  expect(readdirSync(project.path('out')).sort()).toEqual([
    ...['shop-addresses-configmap.yaml', 'shop-pod.yaml', 'shop-service.yaml'],
  ]);
  expect(readFileSync(project.path('out', 'shop-pod.yaml'), 'utf8')).toContain('image: redis:7');
});

test('writes a Compose file that reaches the folder of the config from where it is', async () => {
  const config = CONFIG.replace("name: 'web',", "name: 'web', envFile: 'web.env', watch: ['src'],");
  await using project = await Project.create({ 'sidecars.config.ts': config, 'web.env': '', 'out/x': '' });
  const options = ['--image', 'web=web:1', '-o', 'out/', '--strict'];
  expect(await run(['export', 'compose', ...options], project.folder)).toEqual({
    ...{ code: 0, stdout: '' },
    // Not a loss: it does not count for --strict.
    stderr: 'sidecarctl: taken for granted: web: ports.http: 8080 is free on this machine\n',
  });
  expect(load(readFileSync(project.path('out', 'compose.yaml'), 'utf8'))).toMatchObject({
    name: 'shop',
    services: {
      cache: { image: 'redis:7', stop_signal: 'SIGINT' },
      web: { env_file: ['../web.env'], develop: { watch: [{ path: '../src' }] } },
    },
  });
});

test('writes what the image of ready-made sidecars is built of: each program runs from there', async () => {
  await using project = await Project.create({});
  const { code, stdout } = await run(['export', 'kubernetes', '--build-context', 'image'], project.folder);
  expect([code, stdout]).toEqual([0, '']);
  expect(readdirSync(project.path('image')).sort()).toEqual(['Dockerfile', 'package.json', 'programs']);
  const { stderr } = spawnSync(process.execPath, [project.path('image', 'programs', 'proxy.js')], {
    encoding: 'utf8',
  });
  expect(stderr).toContain('usage: node PROGRAM OPTIONS-FILE');
});

test.each([
  [[], "sidecarctl: web: no image; set 'image' in the config, or say '--image web=REF'\n"],
  [['--image', 'web'], "It has the form NAME=REF: 'web=registry.example/web:1'."],
  [['--kind', 'daemonset'], 'Allowed choices are deployment, statefulset, pod, job.'],
])('refuses %j, and writes nothing', async (options, words) => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  const { code, stdout, stderr } = await run(['export', 'kubernetes', ...options], project.folder);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(words);
});

test('refuses a kind of Kubernetes for a Compose file', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CONFIG });
  const { code, stderr } = await run(['export', 'compose', '--kind', 'pod'], project.folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining("option '--kind' is only for kubernetes")]);
});
