import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { FileOptions, SourceOptions } from '../../../src/programs/config-refresh/options.ts';
import { eventually } from '../../support/deadline.ts';
import { RunningRefresh } from './running-refresh.ts';
import { makeFolder, serve } from './sources/read.ts';

const POLLED = { parse: null, interval: 30, timeout: 1_000 } as const;

const fileSource = (path: string): SourceOptions => ({ ...POLLED, kind: 'file', path });
const urlSource = (url: string): SourceOptions => ({ ...POLLED, kind: 'url', url, headers: {} });

const rendered = (
  volume: string,
  path: string,
  text: string,
  more: Partial<FileOptions> = {},
): FileOptions => ({
  ...{ template: { text }, volume, path, perms: 0o644, check: null },
  ...more,
});

/** A source in a file, and one file that is rendered from it. */
const simple = async (
  more: Parameters<typeof RunningRefresh.start>[0] = {},
  file: Partial<FileOptions> = {},
) => {
  const source = join(makeFolder(), 'flags.json');
  writeFileSync(source, '{"color":"red"}');
  const options = (volume: string) => ({
    sources: { flags: fileSource(source) },
    files: [rendered(volume, 'app.conf', 'color {{flags.color}}\n', file)],
    ...(typeof more === 'function' ? more(volume) : more),
  });
  const running = await RunningRefresh.start(options);
  const app = join(running.volume, 'app.conf');
  const change = (text: string): void => {
    writeFileSync(`${source}.new`, text);
    renameSync(`${source}.new`, source);
  };
  return {
    ...{ running, source, app, change, options },
    shows: (text: string) => eventually(`${text} in app.conf`, () => readFileSync(app, 'utf8') === text),
  };
};

test('it is ready once everything is rendered, and tells the supervisor of what has changed since', async () => {
  const { running, app, change, shows } = await simple();
  expect(readFileSync(app, 'utf8')).toBe('color red\n');
  expect(running.refreshes).toEqual([]);
  change('{"color":"blue"}');
  await shows('color blue\n');
  await eventually('a refresh', () => running.refreshes.length > 0);
  // Another text with the same meaning, and a value that no template has, change nothing.
  change('{ "color": "blue" }');
  change('{ "color": "blue", "size": 1 }');
  await eventually('both to be read', async () => {
    const { sources } = await running.stats();
    return JSON.stringify(sources).includes('"works":true') && readFileSync(app, 'utf8') === 'color blue\n';
  });
  change('{"color":"green"}');
  await shows('color green\n');
  await eventually('another refresh', () => running.refreshes.length === 2);
  expect(running.refreshes).toEqual([['app.conf'], ['app.conf']]);
});

test('a template in a file is rendered again when it is edited', async () => {
  const template = join(makeFolder(), 'app.mustache');
  writeFileSync(template, 'one');
  const { app, shows } = await simple({}, { template: { file: template } });
  expect(readFileSync(app, 'utf8')).toBe('one');
  writeFileSync(template, 'two {{flags.color}}');
  await shows('two red');
});

test('changes that come close together are rendered at once', async () => {
  const { running, change, shows } = await simple({ wait: { min: 400, max: 5_000 } });
  for (const color of ['a', 'b', 'c']) {
    change(JSON.stringify({ color }));
    await new Promise((resolve) => setTimeout(resolve, 120));
  }
  await shows('color c\n');
  await eventually('a refresh', () => running.refreshes.length > 0);
  expect(running.refreshes).toHaveLength(1);
});

describe('what fails', () => {
  test('a source: the last good files stay, and the program says since when', async () => {
    let status = 200;
    const url = await serve((_request, response) => response.writeHead(status).end('{"color":"red"}'));
    const running = await RunningRefresh.start((volume) => ({
      sources: { flags: urlSource(`${url}/flags.json`) },
      files: [rendered(volume, 'app.conf', '{{flags.color}}')],
    }));
    status = 500;
    await running.says('flags: answered with 500');
    await eventually('a status', () =>
      /STATUS=keeps the files of \d\d:\d\d: flags: answered with 500/.test(running.notified),
    );
    expect(readFileSync(join(running.volume, 'app.conf'), 'utf8')).toBe('red');
    expect(await running.isReady()).toBe(true);
    const { sources } = (await running.stats()) as unknown as { readonly sources: object };
    expect(sources).toMatchObject({ flags: { works: false, error: 'answered with 500' } });
    const metrics = await running.page('/metrics');
    expect(metrics).toContain('sidecar_config_source_up{source="flags"} 0\n');
    expect(metrics).toMatch(/sidecar_config_failures_total\{stage="source"\} [1-9]/);
    status = 200;
    await running.says('flags: works again');
    expect(running.output.split('flags: answered with 500')).toHaveLength(2);
  });

  test('a source at the start: it waits, and is not ready', async () => {
    const source = join(makeFolder(), 'flags.json');
    const running = await RunningRefresh.start(
      (volume) => ({
        sources: { flags: fileSource(source) },
        files: [rendered(volume, 'app.conf', '{{flags.color}}')],
      }),
      { isReady: false },
    );
    await running.says('there is no file');
    expect(await running.isReady()).toBe(false);
    expect(running.notified).toContain('STATUS=waits: flags: there is no file');
    writeFileSync(source, '{"color":"red"}');
    await running.untilReady();
  });

  test('a flapping server: every good answer is rendered, and nothing else', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      if (asked % 3 === 0) response.writeHead(500).end('no');
      else if (asked % 3 === 1) response.end(JSON.stringify({ count: asked }));
      else response.destroy();
    });
    const running = await RunningRefresh.start((volume) => ({
      sources: { flags: urlSource(`${url}/flags.json`) },
      files: [rendered(volume, 'app.conf', '{{flags.count}}')],
    }));
    const seen = new Set<string>();
    await eventually('some versions', () => {
      seen.add(readFileSync(join(running.volume, 'app.conf'), 'utf8'));
      return seen.size > 3;
    });
    expect([...seen].map((count) => Number(count) % 3)).toEqual([...seen].map(() => 1));
  });

  test('a key that is missing: the old file stays', async () => {
    const { running, app, change, shows } = await simple();
    change('{"colour":"blue"}');
    await running.says('render: app.conf: there is no value for flags.color');
    expect(readFileSync(app, 'utf8')).toBe('color red\n');
    change('{"color":"blue"}');
    await shows('color blue\n');
    await running.says('render: works again');
  });

  test('a key that is missing renders as nothing where it may', async () => {
    const { change, shows } = await simple({ errorOnMissingKey: false });
    change('{}');
    await shows('color \n');
  });

  test('a check: the old file stays, and the check gets the path of the new one', async () => {
    const check = {
      shell:
        'case $1 in */..2*/app.conf) ! grep -q bad "$1" || { echo "it is bad" >&2; exit 7; } ;; *) exit 8; esac',
    };
    const { running, app, change, shows } = await simple({}, { check });
    expect(readFileSync(app, 'utf8')).toBe('color red\n');
    change('{"color":"bad"}');
    await running.says('check: app.conf is not replaced, its check exited with code 7: it is bad');
    expect(readFileSync(app, 'utf8')).toBe('color red\n');
    expect(running.refreshes).toEqual([]);
    expect(readdirSync(running.volume).filter((name) => name.startsWith('..2')).length).toBeLessThanOrEqual(
      2,
    );
    change('{"color":"good"}');
    await shows('color good\n');
  });

  test('a check that is a list gets the path as its last argument', async () => {
    const { app } = await simple({}, { check: { words: ['grep', '-q', 'red'] } });
    expect(readFileSync(app, 'utf8')).toBe('color red\n');
  });

  test('the swap of one of two folders: both are announced once the other one is there', async () => {
    const source = join(makeFolder(), 'flags.json');
    writeFileSync(source, '{"color":"red"}');
    const running = await RunningRefresh.start((volume) => ({
      sources: { flags: fileSource(source) },
      files: ['a', 'sub/b'].map((path) => rendered(volume, path, '{{flags.color}}')),
    }));
    mkdirSync(join(running.volume, 'sub/..data_tmp'));
    writeFileSync(source, '{"color":"blue"}');
    await running.says('write: EEXIST');
    expect(running.refreshes).toEqual([]);
    rmSync(join(running.volume, 'sub/..data_tmp'), { recursive: true });
    await running.says('write: works again');
    await eventually('a refresh', () => running.refreshes.length > 0);
    expect(running.refreshes).toEqual([['a', 'sub/b']]);
  });

  test('with onError fail, it ends with exit code 1 at the first error', async () => {
    const running = await RunningRefresh.start(
      (volume) => ({
        onError: 'fail',
        retry: { backoff: 10, maxBackoff: 10, attempts: 2 },
        sources: { flags: fileSource('/nowhere/flags.json') },
        files: [rendered(volume, 'app.conf', '{{flags.color}}')],
      }),
      { isReady: false },
    );
    expect(await running.exit).toBe(1);
    expect(running.output).toContain(
      "config-refresh ends, because onError is 'fail': flags: there is no file /nowhere/flags.json",
    );
  });

  test('after as many attempts as it may have, a source is left alone until a reload', async () => {
    const source = join(makeFolder(), 'flags.json');
    const options = (volume: string) => ({
      retry: { backoff: 1, maxBackoff: 1, attempts: 2 },
      sources: { flags: fileSource(source) },
      files: [rendered(volume, 'app.conf', '{{flags.color}}')],
    });
    const running = await RunningRefresh.start(options, { isReady: false });
    await running.says('it is not tried again before a reload');
    writeFileSync(source, '{"color":"red"}');
    running.reload(options(running.volume));
    await running.untilReady();
  });
});

describe('what a new content causes', () => {
  test('after as many attempts as there may be, an action and a check are left alone', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end());
    const retry = { backoff: 1, maxBackoff: 1, attempts: 2 };
    const check = { words: ['grep', '-q', 'red'] };
    const { running, change } = await simple({ retry, action: { kind: 'http', url } }, { check });
    change('{"color":"redder"}');
    await running.says(`onChange: ${url} answered with 503; it is not tried again before a reload`);
    change('{"color":"blue"}');
    await running.says('its check exited with code 1; it is not tried again before a reload');
  });

  test('a command, with the names of the files, once for each change', async () => {
    const log = join(makeFolder(), 'log');
    const action = { kind: 'exec', command: { shell: `echo "$CHANGED_FILES" >> ${log}` } } as const;
    const { change, shows } = await simple({ action });
    change('{"color":"blue"}');
    await shows('color blue\n');
    await eventually('the command', () => existsSync(log));
    change('{"color":"green"}');
    await eventually('the command again', () => readFileSync(log, 'utf8') === 'app.conf\napp.conf\n');
  });

  test('a request, which is repeated until it is answered well', async () => {
    const bodies: string[] = [];
    const url = await serve((request, response) => {
      request.setEncoding('utf8').on('data', (body) => bodies.push(`${request.method} ${body}`));
      response.writeHead(bodies.length < 2 ? 503 : 204).end();
    });
    const { running, change } = await simple({ action: { kind: 'http', url } });
    change('{"color":"blue"}');
    await eventually('two requests', () => bodies.length >= 2);
    expect(bodies[0]).toBe('POST {"files":["app.conf"]}');
    await running.says(`onChange: ${url} answered with 503`);
    await running.says('onChange: works again');
    expect(bodies.length).toBeLessThan(4);
    expect(running.refreshes).toEqual([['app.conf']]);
  });

  test('it waits for a part of the splay', async () => {
    const { running, change, shows } = await simple({ splay: 10 ** 9 });
    change('{"color":"blue"}');
    await shows('color blue\n');
    expect(running.refreshes).toEqual([]);
    // What is not announced yet is announced by the next launch, whose splay is another one.
    await running.kill();
    running.write({ ...(await optionsIn(running)), splay: 0 });
    await running.launch();
    await eventually('a refresh', () => running.refreshes.length === 1);
    await running.kill();
    await running.launch();
    expect(running.refreshes).toEqual([['app.conf']]);
  });

  test('a launch announces what has changed while there was none', async () => {
    const { running, change } = await simple();
    await running.kill();
    change('{"color":"blue"}');
    await running.launch();
    await eventually('a refresh', () => running.refreshes.length === 1);
    expect(running.refreshes).toEqual([['app.conf']]);
  });

  test('a launch whose source is down keeps the files that are there, and is ready', async () => {
    const { running, source, app } = await simple();
    await running.kill();
    rmSync(source);
    await running.launch();
    expect(running.output).toContain('keeps the files of an earlier launch');
    expect(readFileSync(app, 'utf8')).toBe('color red\n');
  });
});

const optionsIn = async (running: RunningRefresh) =>
  JSON.parse(readFileSync(join(running.folder, 'options'), 'utf8'));

test('a reload takes other sources and files, and removes those that are no more', async () => {
  const { running, options } = await simple();
  const [other] = [options(running.volume)];
  running.reload({
    ...other,
    files: [
      rendered(running.volume, 'sub/b.conf', 'b {{flags.color}}'),
      rendered(running.volume, 'c.conf', 'c'),
    ],
  });
  await eventually('b.conf', () => existsSync(join(running.volume, 'sub/b.conf')));
  await eventually('no app.conf', () => !existsSync(join(running.volume, 'app.conf')));
  running.reload({ ...other, files: [rendered(running.volume, 'c.conf', 'c')] });
  await eventually('no b.conf', () => readdirSync(join(running.volume, 'sub')).length === 0);
  expect(readFileSync(join(running.volume, 'c.conf'), 'utf8')).toBe('c');
  writeFileSync(join(running.folder, 'options'), '{');
  running.signal('SIGHUP');
  await running.says('the options were not applied');
});

test('the configuration is shown without secrets', async () => {
  const url = await serve((_request, response) => response.end('{}'));
  const running = await RunningRefresh.start(
    (volume) => ({
      sources: {
        a: {
          ...POLLED,
          kind: 'url',
          url: `${url.replace('//', '//u:hidden1@')}/?key=hidden2`,
          headers: { x: 'hidden3' },
        },
        b: { ...POLLED, kind: 'vault', url, mount: 'm', path: 'p', token: 'hidden4', namespace: null },
        c: { ...POLLED, kind: 'etcd', url, key: 'k', prefix: false, username: 'u', password: 'hidden5' },
      },
      files: [rendered(volume, 'app.conf', 'hidden6')],
    }),
    { isReady: false },
  );
  let text = '';
  await eventually('the admin port', async () => {
    text = await running.page('/config_dump').catch(() => '');
    return text !== '';
  });
  expect(text).not.toContain('hidden');
  expect(text).toContain('"x":"***"');
});

test('a stop ends it at once, lets an action end, and removes old folders', async () => {
  const log = join(makeFolder(), 'log');
  const action = {
    kind: 'exec',
    command: { shell: `echo begun > ${log}; sleep 0.3; echo done >> ${log}` },
  } as const;
  const { running, change } = await simple({ action });
  change('{"color":"blue"}');
  await eventually('the action', () => existsSync(log));
  running.signal('SIGTERM');
  expect(await running.exit).toBe(0);
  expect(readFileSync(log, 'utf8')).toBe('begun\ndone\n');
  expect(readdirSync(running.volume).filter((name) => name.startsWith('..2'))).toHaveLength(1);
});

it('renders where there are no sources', async () => {
  const running = await RunningRefresh.start((volume) => ({
    files: [rendered(volume, 'a/b', 'text', { perms: 0o600 })],
  }));
  mkdirSync(join(running.volume, 'other'));
  expect(readFileSync(join(running.volume, 'a/b'), 'utf8')).toBe('text');
});
