import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { CommandLine, type JsonEvent } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { isAlive } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const SLEEPER = 'exec sleep 300';
/** Says what it was given, and stays. */
const SAYS = (what: string) => `echo "has ${what}"; exec sleep 300`;

/** `dev`, once edits are seen: a process that is watched for nothing in particular makes it say so. */
const editing = async (project: Project, ...args: string[]): Promise<CommandLine> => {
  const dev = new CommandLine(['dev', '--ui', 'json', ...args], project.folder);
  await dev.event('it watches', (event) => event['kind'] === 'watching');
  await dev.state('app', 'ready');
  return dev;
};

const app = (more: object = {}) => ({ name: 'app', command: SLEEPER, watch: ['never'], ...more });

const launched = (dev: CommandLine, name: string): JsonEvent[] =>
  dev.events.filter((event) => event['name'] === name && event['state'] === 'starting');

const reloaded = (dev: CommandLine, count = 1): Promise<void> =>
  dev.until(`${count} reloads`, () => dev.events.filter(({ type }) => type === 'reload').length === count);

/** Configs that do their worst, and what is said of them. */
const HOSTILE: ReadonlyArray<readonly [config: string, says: RegExp]> = [
  ['throw Object.create(null)', /it threw something that cannot be shown/],
  [
    'setTimeout(() => { throw new Error("later") }); await new Promise((done) => setTimeout(done, 500))',
    /later/,
  ],
  ['await new Promise(() => {})', /never finishes loading/],
  ['process.exit(0)', /process\.exit\(0\) was called/],
  ['process.kill(process.pid, "SIGKILL")', /process\.kill\(\d+, SIGKILL\) was called/],
  ['import { writeSync } from "node:fs"; for (;;) writeSync(1, "x".repeat(65536))', /more than 1 MiB/],
];

describe('a config that does its worst in a running pod', () => {
  test('is refused, whatever it does, and the next one is followed', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': configFile({ primary: app() }) });
    await using dev = new CommandLine(['up', '--ui', 'json'], project.folder);
    await dev.state('app', 'ready');
    for (const [config, says] of HOSTILE) {
      await project.write('sidecars.config.mjs', config);
      const { code, stderr } = await runToEnd(['reload'], project.folder);
      expect([code, stderr]).toEqual([1, expect.stringMatching(says)]);
    }
    const sidecars = { comes: { command: () => ['sleep', '300'] } };
    await project.write('sidecars.config.mjs', configFile({ sidecars, primary: app() }));
    expect((await runToEnd(['reload'], project.folder)).code).toBe(0);
    await dev.state('comes', 'ready');
    expect(launched(dev, 'app')).toHaveLength(1);
  });

  test('and spins is ended with the pod, which has the exit code of the primary', async () => {
    const primary = app({ command: "trap 'exit 7' TERM; while :; do sleep 0.02; done" });
    await using project = await Project.create({ 'sidecars.config.mjs': configFile({ primary }) });
    await using dev = await editing(project);
    const spin =
      "import { writeFileSync } from 'node:fs'; writeFileSync('spins', `${process.pid}`); for (;;);";
    await project.write('sidecars.config.mjs', spin);
    await eventually('the config to spin', () => existsSync(project.path('spins')));
    dev.signal('SIGTERM');
    expect(await dev.exitCode()).toBe(7);
    const pid = Number(readFileSync(project.path('spins'), 'utf8'));
    await eventually('its process to go', () => !isAlive(pid));
  });
});

describe('an edit of the config', () => {
  test('restarts what it changes, starts what it adds, stops what it takes away, and touches nothing else', async () => {
    const sidecars = {
      stays: { command: SLEEPER, ports: { main: 'auto' }, readiness: false },
      changes: { command: SLEEPER },
      goes: { command: SLEEPER },
    };
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ sidecars, primary: app() }),
    });
    await using dev = await editing(project);
    const port = (await dev.state('stays', 'ready'))['ports'];
    const { goes: _, ...rest } = sidecars;
    const edited = {
      ...rest,
      changes: { command: SAYS('changed') },
      comes: { command: SAYS('$PORT'), ports: { main: 'auto' }, readiness: false },
    };
    await project.write('sidecars.config.ts', configFile({ sidecars: edited, primary: app() }));
    await dev.output(/has changed/);
    await dev.output(/"name":"comes".*has \d+/);
    const gone = await dev.state('goes', 'stopped');
    expect(gone['reason']).toBe('no longer in the config');
    expect(launched(dev, 'stays')).toHaveLength(1);
    expect(launched(dev, 'app')).toHaveLength(1);
    expect(port).toBeDefined();
    const told = dev.events.find(({ type }) => type === 'reload');
    expect(told?.['processes']).toEqual([
      { name: 'stays', action: 'keep', reason: 'stays is unchanged' },
      { name: 'changes', action: 'restart', reason: 'changes restarts: its command changed' },
      { name: 'comes', action: 'start', reason: 'comes starts: new in the config' },
      { name: 'app', action: 'update', reason: 'app is updated without a restart: its dependsOn changed' },
      { name: 'goes', action: 'stop', reason: 'goes stops: no longer in the config' },
    ]);
  });

  test('brings a process that can open /dev/stdout anew, as those that were there at the start can', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': configFile({ primary: app() }) });
    await using dev = await editing(project);
    const command = 'echo out of it >/dev/stdout; echo wrong >/dev/stderr; exec sleep 300';
    await project.write(
      'sidecars.config.ts',
      configFile({ sidecars: { comes: { command } }, primary: app() }),
    );
    const stderr = await dev.event('its stderr', ({ line }) => line === 'wrong');
    expect(stderr).toMatchObject({ name: 'comes', stream: 'stderr' });
    expect(await dev.event('its stdout', ({ line }) => line === 'out of it')).toMatchObject({
      stream: 'stdout',
    });
  });

  test('is not followed while the pod stops', async () => {
    const hold = 'until [ -e go-on ]; do sleep 0.02; done';
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: app({ preStop: hold }) }),
    });
    await using dev = await editing(project);
    dev.signal('SIGTERM');
    await dev.state('app', 'stopping');
    await project.write(
      'sidecars.config.ts',
      configFile({ sidecars: { late: { command: SLEEPER } }, primary: app() }),
    );
    const { code, stderr } = await runToEnd(['reload'], project.folder);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('the pod is stopping') });
    await project.write('go-on', '');
    expect(await dev.exitCode()).toBe(0);
    expect(dev.events.filter(({ type, name }) => type === 'reload' || name === 'late')).toEqual([]);
  });

  test('that says the same restarts nothing', async () => {
    const text = configFile({
      sidecars: { side: { command: SLEEPER, ports: { main: 'auto' }, readiness: false } },
      primary: app(),
    });
    await using project = await Project.create({ 'sidecars.config.ts': text });
    await using dev = await editing(project);
    await project.write('sidecars.config.ts', `// A word about it.\n${text}`);
    await reloaded(dev);
    expect(launched(dev, 'side')).toHaveLength(1);
    expect(launched(dev, 'app')).toHaveLength(1);
  });

  test('that is wrong changes nothing, and all that is wrong is shown; the next that is right is taken', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': configFile({ primary: app() }) });
    await using dev = await editing(project);
    await project.write(
      'sidecars.config.ts',
      configFile({ sidecars: { a: { comand: 'x' } }, primary: app({ essential: 'yes' }) }),
    );
    const notice = await dev.event('the refusal', (event) => event['kind'] === 'reload-refused');
    expect(notice['message']).toMatch(/config error, running pod unchanged:\n.*sidecars\.a\.comand/s);
    expect(notice['message']).toMatch(/primary\.essential: is 'yes'/);
    await project.write('sidecars.config.ts', 'export default {');
    await dev.event('the syntax error', (event) => /syntax error/.test(String(event['message'])));
    expect(launched(dev, 'app')).toHaveLength(1);
    await project.write('sidecars.config.ts', configFile({ primary: app({ command: SAYS('it again') }) }));
    await dev.output(/has it again/);
  });

  test('of a module that it imports counts, also of one that came with an edit', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': `import { what } from './parts/what.ts';\nexport default { primary: { name: 'app', watch: ['never'], command: 'echo has ' + what + '; exec sleep 300' } };`,
      'parts/what.ts': "export { what } from './deep.ts';",
      'parts/deep.ts': "export const what: string = 'one';",
    });
    await using dev = await editing(project);
    await dev.output(/has one/);
    await project.write('parts/deep.ts', "export const what: string = 'two';");
    await dev.output(/has two/);
    await project.write('parts/new.ts', "export const what: string = 'three';");
    await project.write('parts/what.ts', "export { what } from './new.ts';");
    await dev.output(/has three/);
    await project.write('parts/new.ts', "export const what: string = 'four';");
    await dev.output(/has four/);
  });

  test('in CommonJS, JSON or YAML is followed as well', async () => {
    const files: [string, (text: string) => string][] = [
      ['sidecars.config.cjs', (text) => `module.exports = require('./base.cjs')('${text}');`],
      ['sidecars.config.json', (text) => JSON.stringify({ primary: app({ command: SAYS(text) }) })],
      ['sidecars.config.yaml', (text) => `primary: ${JSON.stringify(app({ command: SAYS(text) }))}`],
    ];
    for (const [file, source] of files) {
      await using project = await Project.create({
        [file]: source('one'),
        'base.cjs': `module.exports = (text) => ({ primary: { name: 'app', watch: ['never'], command: 'echo has ' + text + '; exec sleep 300' } });`,
      });
      await using dev = await editing(project);
      await project.write(file, source('two'));
      await dev.output(/has two/);
      if (file.endsWith('.cjs')) {
        await project.write(
          'base.cjs',
          `module.exports = () => ({ primary: { name: 'app', watch: ['never'], command: 'echo has three; exec sleep 300' } });`,
        );
        await dev.output(/has three/);
      }
    }
  });

  test('keeps `auto` ports and the contents of volumes', async () => {
    const config = (version: string) =>
      configFile({
        volumes: { data: {} },
        primary: app({
          command: `cat $VOLUME_DATA/kept 2>/dev/null; echo kept > $VOLUME_DATA/kept; echo ${version} $PORT; exec sleep 300`,
          ports: { main: 'auto' },
          readiness: false,
        }),
      });
    await using project = await Project.create({ 'sidecars.config.ts': config('one') });
    await using dev = await editing(project);
    const [, port] = await dev.output(/one (\d+)/);
    await project.write('sidecars.config.ts', config('two'));
    const [, after] = await dev.output(/two (\d+)/);
    expect(after).toBe(port);
    expect(dev.events).toContainEqual(expect.objectContaining({ type: 'log', line: 'kept' }));
  });

  test('brings new volumes and mounts, which are gone with the pod', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': configFile({ primary: app() }) });
    const dev = await editing(project);
    await project.write(
      'sidecars.config.ts',
      configFile({
        volumes: { logs: {} },
        primary: app({
          mounts: { logs: './var/log' },
          command: 'echo x > var/log/x && echo has it; exec sleep 300',
        }),
      }),
    );
    await dev.output(/has it/);
    dev.signal('SIGTERM');
    expect(await dev.exitCode()).toBe(0);
    const { access } = await import('node:fs/promises');
    await expect(access(project.path('var'))).rejects.toThrow('ENOENT');
  });

  test('moves a mount to another part of the volume, and both are gone after a kill -9', async () => {
    const config = (subPath: string) =>
      configFile({
        volumes: { logs: { persist: true } },
        primary: app({
          mounts: { logs: { path: './var/log', subPath } },
          command: `touch var/log/${subPath} && echo has $(ls var/log); exec sleep 300`,
        }),
      });
    await using project = await Project.create({ 'sidecars.config.ts': config('a') });
    await using dev = await editing(project);
    await dev.output(/has a/);
    await project.write('sidecars.config.ts', config('b'));
    await dev.output(/has b/);
    dev.signal('SIGKILL');
    await eventually('the mount to go', () => !existsSync(project.path('var')));
  });

  test('that moves a port restarts what depends on it', async () => {
    const config = (main: unknown) =>
      configFile({
        sidecars: {
          db: { command: SLEEPER, ports: { main }, readiness: false },
          aside: { command: SLEEPER },
        },
        primary: app({ command: SAYS('$DB_SERVICE_PORT'), dependsOn: ['db'] }),
      });
    await using project = await Project.create({ 'sidecars.config.ts': config(18_431) });
    await using dev = await editing(project);
    await dev.output(/has 18431/);
    await project.write('sidecars.config.ts', config(18_432));
    await dev.output(/has 18432/);
    expect(launched(dev, 'aside')).toHaveLength(1);
  });

  test('is not followed with --no-watch', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: app({ command: 'sleep 0.4' }) }),
    });
    await using dev = new CommandLine(['dev', '--no-watch', '--ui', 'json'], project.folder);
    await dev.state('app', 'ready');
    await project.write('sidecars.config.ts', configFile({ primary: app({ command: SAYS('changed') }) }));
    expect(await dev.exitCode()).toBe(0);
  });
});

describe('an edit of an env file', () => {
  test('restarts the processes whose environment it changes, and no other', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        envFile: '.env',
        sidecars: {
          taker: { command: SAYS('$COLOR') },
          overrider: { command: SLEEPER, env: { COLOR: 'own' } },
        },
        primary: app({ env: { COLOR: 'own' } }),
      }),
      '.env': 'COLOR=red\n',
    });
    await using dev = await editing(project);
    await dev.output(/has red/);
    await project.write('.env', 'COLOR=blue\n');
    await dev.output(/has blue/);
    expect((await dev.state('taker', 'stopping'))['reason']).toBe('.env has changed');
    expect(launched(dev, 'overrider')).toHaveLength(1);
    expect(launched(dev, 'app')).toHaveLength(1);
  });

  test('that is used in the wiring restarts what it is used for', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        envFile: '.env',
        primary: app({ command: 'echo has ${env.COLOR}; exec sleep 300', env: { COLOR: '' } }),
      }).replace(
        '"echo has ${env.COLOR}; exec sleep 300"',
        '({ env }) => `echo has ${env.COLOR}; exec sleep 300`',
      ),
      '.env': 'COLOR=red\n',
    });
    await using dev = await editing(project);
    await dev.output(/has red/);
    await project.write('.env', 'COLOR=blue\n');
    await dev.output(/has blue/);
  });
});

describe('sidecarctl reload', () => {
  const up = async (project: Project): Promise<CommandLine> => {
    const running = new CommandLine(['up', '--ui', 'json'], project.folder);
    await running.state('app', 'ready');
    return running;
  };

  test('prints with --dry-run what it then does to a pod that does not follow edits by itself', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': configFile({ primary: app() }) });
    await using running = await up(project);
    const edited = { sidecars: { comes: { command: SAYS('come') } }, primary: app({ dependsOn: [] }) };
    await project.write('sidecars.config.ts', configFile(edited));
    await using dry = new CommandLine(['reload', '--dry-run'], project.folder);
    expect(await dry.exitCode()).toBe(0);
    expect(dry.stdout).toBe('comes starts: new in the config\n');
    expect(launched(running, 'comes')).toEqual([]);
    await using wet = new CommandLine(['reload'], project.folder);
    expect(await wet.exitCode()).toBe(0);
    expect(wet.stdout).toBe(dry.stdout);
    await running.output(/has come/);
    expect(launched(running, 'app')).toHaveLength(1);
  });

  test('shows what is wrong, changes nothing and exits with 1', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': configFile({ primary: app() }) });
    await using running = await up(project);
    await project.write('sidecars.config.ts', configFile({ primary: app({ essential: 'yes' }) }));
    await using reload = new CommandLine(['reload'], project.folder);
    expect(await reload.exitCode()).toBe(1);
    expect(reload.stderr).toMatch(/config error, running pod unchanged:\n.*primary\.essential: is 'yes'/);
    expect(running.events.filter(({ type }) => type === 'reload')).toEqual([]);
  });
});

describe('an init task that has completed', () => {
  const config = (more: object) =>
    configFile({
      ...more,
      init: { migrate: { command: 'echo ran >> runs', envFile: 'migrate.env' } },
      primary: app(),
    });
  const runs = async (project: Project): Promise<number> =>
    (await readFile(project.path('runs'), 'utf8')).length / 4;

  test('runs again when its own env file is edited, and not for an edit of the pod’s env', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': config({}),
      'migrate.env': 'URL=one\n',
    });
    await using dev = await editing(project);
    await project.write('sidecars.config.ts', config({ env: { LEVEL: 'debug' } }));
    await reloaded(dev);
    await dev.event(
      'the restart',
      ({ name, state, restarts }) => name === 'app' && state === 'ready' && restarts === 1,
    );
    expect(await runs(project)).toBe(1);

    await project.write('migrate.env', 'URL=two\n');
    await dev.event(
      'another run',
      ({ name, state, restarts }) => name === 'migrate' && state === 'completed' && restarts === 1,
    );
    expect(await runs(project)).toBe(2);
    expect((await runToEnd(['restart', 'migrate'], project.folder)).code).toBe(0);
    expect(await runs(project)).toBe(3);
    expect(launched(dev, 'app')).toHaveLength(2);
  });
});

test.runIf(process.platform === 'linux')(
  'processes that come and go leave no descriptor behind',
  async () => {
    const side = { command: 'echo here; exec sleep 300', ports: { main: 'auto' }, readiness: false };
    const named = (name: string) => configFile({ sidecars: { [name]: side }, primary: app() });
    await using project = await Project.create({ 'sidecars.config.ts': named('one-0') });
    await using run = new CommandLine(['up', '--ui', 'json'], project.folder);
    await run.state('app', 'ready');
    const descriptors = () => readdirSync(`/proc/${run.pid}/fd`).length;
    const rename = async (count: number): Promise<void> => {
      await project.write('sidecars.config.ts', named(`one-${count}`));
      expect((await runToEnd(['reload'], project.folder)).code).toBe(0);
      await run.state(`one-${count - 1}`, 'stopped');
      await run.state(`one-${count}`, 'ready');
    };
    for (const count of [1, 2]) await rename(count);
    const before = descriptors();
    for (const count of [3, 4, 5, 6]) await rename(count);
    expect(descriptors() - before).toBeLessThan(3);
  },
);
