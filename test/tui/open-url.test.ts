import { chmod, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openUrl } from '../../src/tui/open-url.ts';
import { addressesOf } from '../../src/tui/state/addresses.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { Project } from '../support/project.ts';
import { PureDashboard } from './render-text.ts';

const port = (name: string, number: number, host = '127.0.0.1', protocol: 'tcp' | 'udp' = 'tcp') => ({
  name,
  port: number,
  host,
  protocol,
});
const withPorts = (...ports: ReadonlyArray<ReturnType<typeof port>>) =>
  new PureDashboard(new FakePod([processSnapshot({ name: 'web', ports })]));

describe('the key that opens a port', () => {
  test('opens the only one at once', () => {
    expect(withPorts(port('main', 3_000)).press('o').effects).toEqual([
      { type: 'open-url', url: 'http://127.0.0.1:3000/' },
    ]);
  });

  test('asks which of several, and opens none at another key', () => {
    const dashboard = withPorts(port('http', 3_000), port('admin-https', 3_001)).press('o');
    expect(dashboard.rows.at(-1)).toMatch(
      /^ open: 1 http http:\/\/127\.0\.0\.1:3000\/ {2}2 admin-https https:\/\/127\.0\.0\.1:3001\/ /,
    );
    expect(dashboard.press('3').effects).toEqual([]);
    expect(dashboard.press('o', '2').effects).toEqual([{ type: 'open-url', url: 'https://127.0.0.1:3001/' }]);
  });

  test('says that there is none, and is in the footer only where there is one', () => {
    const dashboard = withPorts(port('dns', 53, '127.0.0.1', 'udp'));
    expect(dashboard.rows.at(-1)).not.toContain('o open');
    expect(dashboard.press('o').rows.at(-2)).toBe(' web has no port to open');
    expect(withPorts(port('main', 1)).rows.at(-1)).toContain('o open');
  });

  test('asks for whom in the log of all processes', () => {
    expect(withPorts(port('main', 3_000)).press('a', 'o').type('w').press('enter').effects).toHaveLength(1);
  });
});

test('web servers are opened before other ports, at an address of this machine', () => {
  const urls = (...ports: ReadonlyArray<ReturnType<typeof port>>) =>
    addressesOf({ ports }).map(({ url }) => url);
  expect(urls(port('grpc', 1), port('http', 2))).toEqual(['http://127.0.0.1:2/']);
  expect(urls(port('main', 1, '0.0.0.0'), port('other', 2, '::'), port('third', 3, 'fe80::1'))).toEqual([
    'http://127.0.0.1:1/',
    'http://[::1]:2/',
    'http://[fe80::1]:3/',
  ]);
});

describe('the program of the desktop', () => {
  const opened = async (script: string | null) => {
    await using project = await Project.create(script === null ? {} : { 'bin/xdg-open': script });
    if (script !== null) await chmod(project.path('bin/xdg-open'), 0o755);
    const told: string[] = [];
    const env = { PATH: `${project.path('bin')}:/bin:/usr/bin`, OUT: project.path('out') };
    await openUrl('http://127.0.0.1:3000/', {
      env: script === null ? { PATH: project.path('bin') } : env,
      platform: 'linux',
      notify: (text) => told.push(text),
    });
    return { told, given: await readFile(project.path('out'), 'utf8').catch(() => null) };
  };

  test('gets the address', async () => {
    expect(await opened('#!/bin/sh\nprintf %s "$1" >"$OUT"\n')).toEqual({
      told: ['opening http://127.0.0.1:3000/'],
      given: 'http://127.0.0.1:3000/',
    });
  });

  test('is told to have failed, or to be missing', async () => {
    expect((await opened('#!/bin/sh\nexit 3\n')).told.at(-1)).toBe(
      'xdg-open could not open http://127.0.0.1:3000/ (exit code 3)',
    );
    expect((await opened(null)).told.at(-1)).toBe(
      'xdg-open: not found; open http://127.0.0.1:3000/ yourself',
    );
  });
});
