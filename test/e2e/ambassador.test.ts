import { request } from 'node:https';
import { expect, test } from 'vitest';
import type { CommandLine } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { PodRig, stop } from '../support/pod-rig.ts';
import { runToEnd } from '../support/run-to-end.ts';

const server = (version: string) => `import { createServer } from 'node:http';
createServer((request, response) =>
  response.end(\`\${process.env.SIDECARCTL_APP}-\${process.env.SIDECARCTL_INSTANCE} ${version}\`)
).listen(process.env.PORT, '127.0.0.1');
`;

const site = (instances: number, options: object = {}) => ({
  sidecars: { edge: { use: 'ambassador', with: { to: 'web', accessLog: false, ...options } } },
  apps: {
    web: {
      primary: {
        command: [process.execPath, 'server.mjs'],
        ports: { http: 'auto' },
        instances,
        watch: ['server.mjs'],
      },
    },
  },
});

const urlOf = async (run: CommandLine): Promise<string> => {
  const { ports } = await run.state('edge', 'ready');
  return `http://127.0.0.1:${(ports as { readonly http: number }).http}`;
};

/** Texts of answers, each of which has to be a whole one. */
const ask = async (url: string, times: number): Promise<ReadonlySet<string>> => {
  const texts = new Set<string>();
  for (let time = 0; time < times; time += 1) {
    const response = await fetch(url);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${response.status} ${text}`);
    texts.add(text);
  }
  return texts;
};

test('all instances of an app are behind an ambassador, which a reload with another number leaves running', async () => {
  await using rig = await PodRig.open(site(3), { 'server.mjs': server('v1') });
  const run = rig.up();
  const url = await urlOf(run);
  const { pid } = await run.state('edge', 'ready');
  expect([...(await ask(url, 60))].sort()).toEqual(['web-1 v1', 'web-2 v1', 'web-3 v1']);
  await rig.configure(site(2));
  const { stdout } = await runToEnd(['reload'], rig.project.folder);
  expect(stdout).toContain(
    'edge is updated without a restart: its dependsOn changed, file options replaced, SIGHUP sent\n',
  );
  await eventually('the third to be left out', async () => !(await ask(url, 30)).has('web-3 v1'));
  const { processes } = JSON.parse((await runToEnd(['status', '--json'], rig.project.folder)).stdout);
  const edge = processes.find(({ name }: { readonly name: string }) => name === 'edge');
  expect([edge.pid, edge.restarts]).toEqual([pid, 0]);
  await stop(run);
});

test('an edit of the app in dev shows no request an error', async () => {
  await using rig = await PodRig.open(site(3), { 'server.mjs': server('v1') });
  const run = rig.run(['dev', '--ui', 'json']);
  const url = await urlOf(run);
  await run.event('it watches', ({ kind }) => kind === 'watching');
  await ask(url, 10);
  await rig.project.write('server.mjs', server('v2'));
  await eventually('all instances to be new ones', async () => {
    const texts = await ask(url, 30);
    return texts.size === 3 && [...texts].every((text) => text.endsWith('v2'));
  });
  await stop(run);
});

test('https leads to the app, and the others can trust the certificate', async () => {
  const print = 'fetch(process.env.EDGE_URL).then((response) => response.text()).then(console.log)';
  const more = { tries: { command: [process.execPath, '-e', print], dependsOn: ['edge'], restart: 'never' } };
  const { sidecars, apps } = site(1, { tls: true });
  await using rig = await PodRig.open(
    { sidecars: { ...sidecars, ...more }, apps },
    { 'server.mjs': server('v1') },
  );
  const run = rig.run(['up', '--ui', 'json'], { env: { XDG_DATA_HOME: rig.project.path('data') } });
  await run.output(/web-1 v1/);
  const { ports } = await run.state('edge', 'ready');
  const port = (ports as { readonly https: number }).https;
  const refused = await new Promise<Error>((resolve) =>
    request({ port, host: '127.0.0.1' }).on('error', resolve).end(),
  );
  expect((refused as NodeJS.ErrnoException).code).toMatch(/CERT|SIGNATURE|ISSUER/);
  await stop(run);
});
