import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLI, CommandLine, type StartedAs } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';

/** Prints its version, as it stood in the file when it was started, and stays. */
const SERVER = `
import { readFileSync } from 'node:fs';
console.log('version ' + readFileSync('src/version.txt', 'utf8').trim());
process.on('SIGHUP', () => console.log('told to look again'));
setInterval(() => {}, 1000);
`;

const FILES = { 'server.mjs': SERVER, 'src/version.txt': '1' };
const NODE = [process.execPath, 'server.mjs'];

const projectWith = (config: object, files: Readonly<Record<string, string>> = {}) =>
  Project.create({ ...FILES, 'sidecars.config.ts': configFile(config), ...files });

/** `dev`, once changes are seen. */
const watching = async (project: Project, ...args: string[]): Promise<CommandLine> => {
  const dev = new CommandLine(['dev', '--ui', 'json', ...args], project.folder);
  await dev.event('it watches', (event) => event['kind'] === 'watching');
  await dev.output(/version 1/);
  return dev;
};

const watched = (dev: CommandLine) => dev.events.filter(({ kind }) => kind === 'watching');

const launches = (dev: CommandLine, name = 'primary') =>
  dev.events.filter((event) => event['name'] === name && event['state'] === 'starting');

describe('a change of a watched file', () => {
  test('restarts the process, says why, and leaves its neighbours alone', async () => {
    await using project = await projectWith({
      sidecars: { side: { command: 'exec sleep 300' } },
      primary: { command: NODE, watch: ['src'] },
    });
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    const stopping = await dev.state('primary', 'stopping');
    expect(stopping['reason']).toBe('src/version.txt has changed');
    expect(launches(dev, 'side')).toHaveLength(1);
    expect(launches(dev)).toHaveLength(2);
  });

  test('makes those follow in order that restart with the process', async () => {
    await using project = await projectWith({
      sidecars: {
        db: { command: NODE, watch: ['src'] },
        api: { command: 'exec sleep 300', dependsOn: { db: { restart: true } } },
      },
      primary: { command: 'exec sleep 300' },
    });
    await using dev = await watching(project);
    await dev.event('the pod to run', ({ type, state }) => type === 'pod' && state === 'running');
    const before = dev.events.length;
    await project.write('src/version.txt', '2');
    await dev.until('both to be launched again', () =>
      ['db', 'api'].every((name) => launches(dev, name).length === 2),
    );
    const steps = dev.events
      .slice(before)
      .filter(({ state }) => ['stopping', 'stopped', 'starting'].includes(String(state)))
      .map(({ name, state }) => `${name} ${state}`);
    expect(steps).toEqual(['api stopping', 'db stopping', 'db starting', 'api starting']);
  });

  test('made by an editor that writes beside it and renames is seen, time after time', async () => {
    await using project = await projectWith({ primary: { command: NODE, watch: ['src/**/*.txt'] } });
    await using dev = await watching(project);
    for (const version of ['2', '3', '4']) {
      await project.write('src/.version.txt.tmp', version);
      await rename(project.path('src/.version.txt.tmp'), project.path('src/version.txt'));
      await dev.output(new RegExp(`version ${version}`));
    }
  });

  test('is seen in a folder that was deleted and made again', async () => {
    await using project = await projectWith({ primary: { command: NODE, watch: ['src'] } });
    await using dev = await watching(project);
    await rm(project.path('src'), { recursive: true });
    await dev.event('it goes down', (event) => event['exitCode'] === 1 || event['state'] === 'failed');
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    await project.write('src/version.txt', '3');
    await dev.output(/version 3/);
  });

  test('is seen behind a symlink', async () => {
    await using project = await projectWith({ primary: { command: NODE, watch: ['linked'] } });
    await symlink(project.path('src'), project.path('linked'));
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
  });

  test.each([
    ['node_modules/@acme/*/src/**', 'node_modules/@acme/lib'],
    ['app/**/*.txt', 'app/shared'],
  ])('is seen behind a linked folder that the glob %s goes through', async (glob, link) => {
    await using project = await projectWith(
      { primary: { command: NODE, watch: [glob] } },
      { 'lib/src/a.txt': '1', 'app/own.txt': '1', 'node_modules/@acme/x': '' },
    );
    await symlink(project.path('lib'), project.path(link));
    // Links that lead in a circle are no reason to look for ever.
    await symlink(project.path('app'), project.path('app/loop'));
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await project.write('lib/src/a.txt', '2');
    await dev.output(/version 2/);
  });

  test('is seen behind a link that was made to lead elsewhere, and afterwards', async () => {
    await using project = await projectWith(
      { primary: { command: NODE, watch: ['current/*.txt'] } },
      {
        'server.mjs': SERVER.replace('src/', 'current/'),
        'old/version.txt': '1',
        'new/version.txt': '2',
      },
    );
    await symlink('old', project.path('current'));
    await using dev = await watching(project);
    await symlink('new', project.path('next'));
    await rename(project.path('next'), project.path('current'));
    await dev.output(/version 2/);
    await project.write('new/version.txt', '3');
    await dev.output(/version 3/);
  });

  test('is seen by polling', async () => {
    await using project = await projectWith({
      primary: { command: NODE, watch: { paths: ['src'], polling: '50ms' } },
    });
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
  });

  test('in a thousand files is one restart', async () => {
    // A busy machine takes its time between two of them.
    await using project = await projectWith({
      primary: { command: NODE, watch: { paths: ['src'], debounce: '1s' } },
    });
    await using dev = await watching(project);
    await Promise.all(Array.from({ length: 1_000 }, (_, file) => project.write(`src/${file}.txt`, 'x')));
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    await project.write('src/version.txt', '3');
    await dev.output(/version 3/);
    expect(launches(dev)).toHaveLength(3);
  });

  test('does not count where git, the config or the tool leaves it out', async () => {
    await using project = await projectWith(
      {
        volumes: { data: { path: './data' } },
        primary: { command: NODE, watch: { paths: ['.'], ignore: ['**/*.log'] } },
      },
      { '.gitignore': 'build/\n!src/kept.txt\n*.secret\n' },
    );
    await using dev = await watching(project);
    const left = ['build/out.js', 'a.secret', 'x.log', 'node_modules/x/i.js', 'data/db', '.git/HEAD'];
    for (const file of left) await project.write(file, 'x');
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    expect(launches(dev)).toHaveLength(2);
    expect((await dev.state('primary', 'stopping'))['reason']).toBe('src/version.txt has changed');
  });

  test('counts where it is ignored by git but asked for by name', async () => {
    await using project = await projectWith(
      { primary: { command: NODE, watch: ['local.conf'] } },
      { '.gitignore': 'local.conf\n', 'local.conf': '1' },
    );
    await using dev = await watching(project);
    await project.write('local.conf', '2');
    expect((await dev.state('primary', 'stopping'))['reason']).toBe('local.conf has changed');
  });

  test('counts by the .gitignore files as they are by now, the one above the project included', async () => {
    await using repository = await Project.create({ '.git/HEAD': '', '.gitignore': '*.top\n' });
    await using project = await projectWith(
      { primary: { command: NODE, watch: ['.'] } },
      { 'lib/.gitignore': 'a.txt\n', 'lib/a.txt': '1', 'lib/b.txt': '1', 'c.top': '1' },
    );
    const within = repository.path('shop');
    await rename(project.folder, within);
    await using dev = new CommandLine(['dev', '--ui', 'json'], within);
    const read = (times: number) =>
      dev.until(`the files to be watched, ${times} times`, () => watched(dev).length === times);
    const write = (file: string, text: string) => writeFile(join(within, file), text);
    // What changes before the launch is no news to the new instance.
    const restartedBy = async (file: string, times: number) => {
      await dev.event(`a restart by ${file}`, ({ reason }) => reason === `${file} has changed`);
      await dev.until('its launch', () => launches(dev).length === times + 1);
    };
    await dev.output(/version 1/);
    await read(1);

    await write('lib/.gitignore', 'b.txt\n');
    await restartedBy('lib/.gitignore', 1);
    await read(2);
    await write('lib/b.txt', '2');
    await write('lib/a.txt', '2');
    await restartedBy('lib/a.txt', 2);

    await write('c.top', '2');
    await repository.write('.gitignore', '');
    await read(3);
    await write('c.top', '3');
    await restartedBy('c.top', 3);
    expect(
      dev.events.filter(({ reason }) => /has changed$/.test(String(reason))).map(({ reason }) => reason),
    ).toEqual(['lib/.gitignore has changed', 'lib/a.txt has changed', 'c.top has changed']);
  });

  test('sends a signal where that is asked for, and the process stays', async () => {
    await using project = await projectWith({
      primary: { command: NODE, watch: { paths: ['src'], action: { signal: 'HUP' } } },
    });
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await dev.output(/told to look again/);
    const told = await dev.event('the signal', ({ type }) => type === 'signalled');
    expect(told).toMatchObject({ name: 'primary', signal: 'SIGHUP', files: ['src/version.txt'] });
    expect(launches(dev)).toHaveLength(1);
  });

  test('is not followed with --no-watch, nor by up', async () => {
    await using project = await projectWith({
      primary: { command: ['sh', '-c', 'echo up; read line < answer'], watch: ['src'] },
    });
    for (const args of [['dev', '--no-watch'], ['up']]) {
      await rm(project.path('answer'), { force: true });
      await using run = new CommandLine([...args, '--ui', 'json'], project.folder);
      await run.output(/"line":"up"/);
      await project.write('src/version.txt', '2');
      run.signal('SIGTERM');
      await run.exit();
      expect(run.events.filter((event) => event['kind'] === 'watching')).toEqual([]);
      expect(launches(run)).toHaveLength(1);
    }
  });
});

describe('a primary that crashes', () => {
  test('waits for a change, says so, and starts on it', async () => {
    await using project = await projectWith({
      primary: { command: NODE, watch: ['server.mjs', 'src'] },
    });
    await using dev = await watching(project);
    await project.write('server.mjs', 'process.exit(3)');
    const failed = await dev.state('primary', 'failed');
    expect(failed['reason']).toBe('exited with code 3; waiting for a file change');
    await project.write('src/version.txt', '2');
    await project.write('server.mjs', SERVER);
    await dev.output(/version 2/);
  });

  test('ends the pod with --no-watch', async () => {
    await using project = await projectWith({ primary: { command: 'exit 3', watch: ['src'] } });
    await using dev = new CommandLine(['dev', '--no-watch'], project.folder);
    expect(await dev.exitCode()).toBe(3);
  });
});

describe('a build step', () => {
  const BUILD = 'cat src/version.txt; grep -q broken src/version.txt && exit 4; cp src/version.txt built.txt';

  const built = () =>
    projectWith(
      {
        primary: {
          command: [process.execPath, 'server.mjs'],
          watch: { paths: ['src'], action: { command: BUILD } },
        },
      },
      { 'server.mjs': SERVER.replace('src/version.txt', 'built.txt'), 'built.txt': '1' },
    );

  test('runs before the restart, and the old instance stays until it has succeeded', async () => {
    await using project = await built();
    await using dev = await watching(project);
    await project.write('src/version.txt', 'broken');
    const notice = await dev.event('the failure', (event) => event['kind'] === 'build-failed');
    expect(notice['message']).toMatch(/^primary: the build step failed \(exit code 4: broken\)/);
    expect(launches(dev)).toHaveLength(1);
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    expect(launches(dev)).toHaveLength(2);
    expect(dev.events).toContainEqual(
      expect.objectContaining({ type: 'log', name: 'primary', line: 'broken' }),
    );
  });

  test('starts over when something changes while it runs', async () => {
    await using project = await built();
    const config = {
      primary: {
        command: NODE,
        watch: {
          paths: ['src'],
          action: {
            command:
              // Decided before it says that it builds: from then on `go` may be there.
              '[ -e go ]; waits=$?; echo building $(cat src/version.txt); [ $waits = 0 ] || sleep 300; cp src/version.txt built.txt',
          },
        },
      },
    };
    await project.write('sidecars.config.ts', configFile(config));
    await using dev = await watching(project);
    await project.write('src/version.txt', '2');
    await dev.output(/building 2/);
    await project.write('go', '');
    await project.write('src/version.txt', '3');
    await dev.output(/version 3/);
    expect(launches(dev)).toHaveLength(2);
  });
});

test('a process that restarts itself by what it writes is named with the file, and paused', async () => {
  const writer = `${SERVER}\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('src/state.json', '' + Date.now());`;
  await using project = await projectWith(
    { primary: { command: NODE, watch: ['src'] } },
    { 'server.mjs': writer },
  );
  await using dev = new CommandLine(['dev', '--ui', 'json'], project.folder);
  await dev.event('it watches', (event) => event['kind'] === 'watching');
  await project.write('src/version.txt', '2');
  const notice = await dev.event('the loop', (event) => event['kind'] === 'feedback-loop');
  expect(notice['message']).toMatch(/src\/state\.json changes each time .* watch\.ignore/s);
  expect(launches(dev).length).toBeLessThan(12);
});

/** In a user namespace a limit of one's own can be set, and the kernel holds to it. */
const withWatches = (count: number): StartedAs => ({
  words: [
    ...(['unshare', '--user', '--map-root-user', 'sh', '-c'] as const),
    `echo ${count} >/proc/sys/user/max_inotify_watches && exec "$@"`,
    'sh',
    process.execPath,
    CLI,
  ],
});

describe.runIf(process.platform === 'linux')('where the kernel gives no more watches', () => {
  const folders = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`src/${index}/file.txt`, '']));

  test('it is said for which processes, and what to do, and the pod runs on', async () => {
    await using project = await projectWith({ primary: { command: NODE, watch: ['src'] } }, folders);
    await using dev = new CommandLine(['dev', '--ui', 'json'], project.folder, {}, withWatches(8));
    const failure = await dev.event('the failure', ({ kind }) => kind === 'watch-failed');
    expect(failure['message']).toMatch(
      /files of primary are not watched: .*fs\.inotify\.max_user_watches=524288.*polling/s,
    );
    await dev.output(/version 1/);
    expect(launches(dev)).toHaveLength(1);
    dev.signal('SIGTERM');
    expect(await dev.exitCode()).toBe(0);
  });

  test('changes are seen by polling all the same', async () => {
    const watch = { paths: ['src'], polling: '50ms' };
    await using project = await projectWith({ primary: { command: NODE, watch } }, folders);
    await using dev = new CommandLine(['dev', '--ui', 'json'], project.folder, {}, withWatches(8));
    await dev.until('the files to be watched', () => watched(dev).length === 1);
    await dev.output(/version 1/);
    await project.write('src/version.txt', '2');
    await dev.output(/version 2/);
    expect(dev.events.filter(({ kind }) => kind === 'watch-failed')).toEqual([]);
  });
});

test('a folder that is not there yet is waited for', async () => {
  await using project = await projectWith({ primary: { command: NODE, watch: ['later/**/*.ts'] } });
  await using dev = await watching(project);
  await mkdir(project.path('later/deep'), { recursive: true });
  await writeFile(project.path('later/deep/a.ts'), '');
  expect((await dev.state('primary', 'stopping'))['reason']).toBe('later/deep/a.ts has changed');
});
