import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPodProblems } from '../../src/cli/check-pod.ts';
import { obstacleTexts } from '../../src/cli/report-failures.ts';
import type { Preparation } from '../../src/supervisor/preparation.ts';
import { type PreparedPod, preparePod } from '../../src/supervisor/prepare-pod.ts';
import { preparationOf, RunningPod } from '../supervisor/running-pod.ts';
import { FakeEngine } from '../support/fake-engine/fake-engine.ts';
import { Project } from '../support/project.ts';

let project: Project;
let engine: FakeEngine;

beforeAll(async () => {
  project = await Project.create();
  engine = await FakeEngine.open(project.path('machine.sock'));
});

afterAll(async () => {
  await engine.close();
  await project[Symbol.asyncDispose]();
});

const prepare = (config: object, given: Partial<Preparation> = {}) =>
  preparePod({ ...preparationOf(config, project.folder), ...given }, { engine });

/** Sentences of a start that is refused. */
const refusal = async (config: object, given: Partial<Preparation> = {}): Promise<readonly string[]> => {
  const prepared = await prepare(config, given);
  if (prepared.ok || prepared.failure.kind === 'config') throw new Error(JSON.stringify(prepared));
  expect(prepared.failure.kind).toBe('unsupported');
  return obstacleTexts(prepared.failure);
};

const prepared = async (config: object, given: Partial<Preparation> = {}): Promise<PreparedPod> => {
  const result = await prepare(config, given);
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.pod;
};

const app = { command: ['app'] };
const activating = { ...app, ports: { http: { port: 'auto', activate: true } } };
const ACTIVATE =
  'primary: the fake engine does not support ports.http.activate; remove it, and let the process listen on the port itself';

test.each([
  ['ports.http.activate', activating, ACTIVATE],
  [
    'readiness.notify',
    { ...app, readiness: { notify: true } },
    'primary: the fake engine does not support readiness.notify; use another readiness probe',
  ],
  [
    'isolate',
    { ...app, isolate: 'pid' },
    "primary: the fake engine does not support isolate; remove isolate, and mounts outside the config's folder",
  ],
  [
    'tty',
    { ...app, tty: true },
    'primary: the fake engine does not support tty; on Linux, install koffi, an optional dependency of sidecarctl; elsewhere, leave it out',
  ],
  [
    'commands.psql.tty',
    { ...app, commands: { psql: { command: 'psql', tty: true } } },
    'primary: the fake engine does not support commands.psql.tty; on Linux, install koffi, an optional dependency of sidecarctl; elsewhere, leave it out',
  ],
])('a start is refused if a process has %s and its engine lacks that', async (_field, primary, text) => {
  expect(await refusal({ primary })).toEqual([text]);
  expect(existsSync(project.path('.sidecarctl'))).toBe(false);
});

test('a start is refused for a mount that only the process would see', async () => {
  const volumes = { data: {} };
  const primary = { ...app, mounts: { data: '/srv' } };
  expect(await refusal({ volumes, primary })).toEqual([
    "primary: the fake engine does not support mounts.data; remove isolate, and mounts outside the config's folder",
  ]);
});

test('a start is refused for a process that does not start with the pod, which could never start', async () => {
  const sidecars = { spare: { ...app, autostart: false, readiness: { notify: true } } };
  expect(await refusal({ sidecars, primary: app })).toHaveLength(1);
});

test('run is refused if the engine cannot hand over the streams of sidecarctl', async () => {
  const run = { primaryCommand: ['app'], callerStreams: 'all' } as const;
  expect(await refusal({ primary: app }, run)).toEqual([
    'primary: the fake engine does not support the terminal and the streams that run hands over; start the pod with dev or up',
  ]);
});

test('check names everything that the engine lacks, though no start has been tried', async () => {
  const sidecars = { db: { ...app, isolate: 'pid' } };
  const pod = await prepared({ sidecars, primary: activating }, { purpose: 'look' });
  expect(await findPodProblems(pod)).toEqual(
    expect.arrayContaining([
      ACTIVATE,
      expect.stringMatching(/^db: the fake engine does not support isolate/),
    ]),
  );
});

test('a reload is refused if the new config asks for what the engine lacks, and the pod keeps running', async () => {
  const folder = await Project.create();
  const configFile = folder.path('sidecars.config.json');
  // Nobody steers what the fake machine runs.
  const env = { STEERING_SOCKET: folder.path('nobody.sock') };
  const own = await FakeEngine.open(folder.path('machine.sock'));
  await using running = await RunningPod.open(
    { primary: app },
    { project: folder, env, engine: own, configFile },
  );
  running.pod.start(null);
  await running.is('primary', 'ready');
  await folder.write('sidecars.config.json', JSON.stringify({ primary: activating }));
  expect(await running.pod.reload(false)).toEqual({ ok: false, message: ACTIVATE });
  expect(running.process('primary').state).toBe('ready');
});
