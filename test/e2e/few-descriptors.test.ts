import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { CLI, CommandLine, type StartedAs } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const withLimit = (descriptors: number): StartedAs => ({
  words: ['/bin/sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', process.execPath, CLI],
});

test('a pod that needs more descriptors than there are fails with words, and leaves nothing', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `s${index}`);
  const sidecars = Object.fromEntries(
    names.map((name) => [name, { command: 'sleep 300', restart: 'never' }]),
  );
  const text = configFile({ sidecars, primary: { command: 'true' } });
  await using project = await Project.create({ 'sidecars.config.mjs': text });
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder, {}, withLimit(150));
  const { code } = await run.exit();
  expect(code).toBeGreaterThan(0);
  expect(run.stderr).not.toMatch(/^\s+at /m);
  const failed = run.events.filter(({ state }) => state === 'failed');
  expect(failed.map(({ reason }) => reason)).toContainEqual(
    expect.stringMatching(/too many files open to start it \(EMFILE\)/),
  );
});

test('clients that hold connections open leave enough descriptors for a restart', async () => {
  const text = configFile({ primary: { command: 'exec sleep 300' } });
  await using project = await Project.create({ 'sidecars.config.mjs': text });
  const env = { XDG_RUNTIME_DIR: project.folder };
  await using run = new CommandLine(['up', '--ui', 'json'], project.folder, env, withLimit(128));
  await run.state('primary', 'ready');
  const folder = project.path('sidecarctl');
  await eventually('its socket', () => readdirSync(folder).length > 0);
  const [socket = ''] = readdirSync(folder);
  const clients = Array.from({ length: 200 }, (): Socket => {
    const client = connect(`${folder}/${socket}`).on('error', () => undefined);
    client.write('GET /v1/events?follow=1 HTTP/1.1\r\nhost: pod\r\n\r\n');
    return client.on('data', () => undefined);
  });
  onTestFinished(() => {
    for (const client of clients) client.destroy();
  });
  await eventually('those that are too many to be turned away', () => clients.some(({ closed }) => closed));
  for (const client of clients.slice(0, 20)) client.destroy();
  const { code, stderr } = await runToEnd(['restart', 'primary'], project.folder, env);
  expect([code, stderr]).toEqual([0, '']);
});
