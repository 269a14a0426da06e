import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { takesLinks } from '../../src/cli/terminal.ts';
import { FakePod, processSnapshot } from '../support/fake-pod.ts';
import { PureDashboard } from './render-text.ts';

const port = (name: string, number: number, host = '127.0.0.1') => ({
  name,
  port: number,
  protocol: 'tcp' as const,
  host,
});

const opened = (ports: ReadonlyArray<ReturnType<typeof port>>, size = { columns: 120, rows: 30 }) => {
  const dashboard = new PureDashboard(new FakePod([processSnapshot({ name: 'web', ports })]), size);
  dashboard.links = true;
  return dashboard;
};

/** Address and text of each link on the screen. */
const linksOf = (dashboard: PureDashboard): ReadonlyArray<readonly string[]> =>
  dashboard
    .frame()
    .rows.flatMap((row) => row.split('\u001b]8;;').slice(1))
    .filter((part) => !part.startsWith('\u001b'))
    .map((part) => part.split('\u001b\\').map(stripVTControlCharacters));

const details = (dashboard: PureDashboard): PureDashboard => {
  dashboard.details = {
    name: 'web',
    command: 'node web.mjs',
    cwd: '/shop',
    explanation: [],
    tree: [],
    probes: [],
    exits: [],
    env: [],
  } as never;
  return dashboard.press('i');
};

describe('the port of a process is a link', () => {
  test('in the list, below it, and in the details', () => {
    const link = ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/'];
    const dashboard = opened([port('http', 3_000)]);
    expect(linksOf(dashboard)).toEqual([['http://127.0.0.1:3000/', ':3000'], link]);
    expect(linksOf(details(dashboard))).toEqual([link]);
  });

  test('to this machine if it listens everywhere, and only if a browser can show it', () => {
    const ports = [port('web', 3_000, '0.0.0.0'), port('db', 30_001)];
    expect(linksOf(opened(ports))).toEqual([
      ['http://127.0.0.1:3000/', ':3000'],
      ['http://127.0.0.1:3000/', 'http://0.0.0.0:3000/'],
    ]);
    expect(linksOf(opened([port('main', 4_000)]))).toContainEqual([
      'http://127.0.0.1:4000/',
      '127.0.0.1:4000',
    ]);
  });

  test('where several can be opened, too', () => {
    const dashboard = opened([port('http', 3_000), port('web', 3_001)]).press('o');
    expect(linksOf(dashboard).slice(-2)).toEqual([
      ['http://127.0.0.1:3000/', 'http://127.0.0.1:3000/'],
      ['http://127.0.0.1:3001/', 'http://127.0.0.1:3001/'],
    ]);
  });

  test('that takes no column', () => {
    for (const size of [
      { columns: 120, rows: 30 },
      { columns: 80, rows: 20 },
    ]) {
      const dashboard = opened([port('http', 3_000)], size);
      dashboard.pod.write('web', '\u001b]8;;http://a/\u0007a link\u001b]8;;\u0007 and \u001b[31mmore\n');
      for (const key of ['tab', 'w', 'V', 'enter']) {
        expect(new Set(dashboard.press(key).widths)).toEqual(new Set([size.columns]));
        expect(linksOf(dashboard)).toContainEqual(['http://a/', 'a link']);
      }
    }
  });

  test('unless the terminal takes none', () => {
    const dashboard = opened([port('http', 3_000)]);
    dashboard.links = false;
    expect(linksOf(dashboard)).toEqual([]);
  });
});

test.each([
  ['most terminals', { TERM: 'xterm-256color' }, true],
  ['today’s VTE', { TERM: 'xterm-256color', VTE_VERSION: '7600' }, true],
  ['VTE before links', { TERM: 'xterm-256color', VTE_VERSION: '4803' }, false],
  ['the console of Linux', { TERM: 'linux' }, false],
  ['a terminal in Emacs', { TERM: 'xterm-256color', INSIDE_EMACS: '30.1,eat' }, false],
])('links are written for %s, or are not', (_, env, expected) => {
  expect(takesLinks(env)).toBe(expected);
});
