import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { outputOf } from '../certificates/support.ts';
import { CLI } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { HeldPort } from '../support/held-port.ts';
import { isInstalled } from '../support/installed.ts';
import { PodRig } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

/** Every path in a folder with what it holds. */
const contentOf = async (folder: string): Promise<readonly string[]> =>
  Promise.all(
    (await treeOf(folder)).map(async (path) => {
      const text = await readFile(join(folder, path), 'utf8').catch(() => 'no file');
      return `${path}: ${text}`;
    }),
  );

/** What all files of its own are written for: logs, ports, volumes, a crash report. */
const BUSY_POD = configFile({
  name: 'shop',
  volumes: { data: { persist: true }, scratch: {} },
  primary: { command: 'echo out; exit 3', ports: { http: 'auto' }, readiness: false },
});

/** A folder whose every name is one that sidecarctl may want to write, prune or remove. */
const PRECIOUS: Readonly<Record<string, string>> = {
  'thesis.txt': 'years of work',
  'data/thesis.txt': 'years of work',
  'runs/00c0ffee/thesis.txt': 'years of work',
  'primary/20200101T000000Z-00000001.log': 'years of work',
  'primary/20200101T000000Z-00000002.log': 'years of work',
  'primary/20200101T000000Z-00000003.log': 'years of work',
  'primary/20200101T000000Z-00000004.log': 'years of work',
  'primary/20200101T000000Z-00000005.log': 'years of work',
  'primary/20200101T000000Z-00000006.log': 'years of work',
  'sidecars.config.mjs.json': '{"years":"of work"}',
};

const preciousProject = async (): Promise<Project> =>
  Project.create({
    ...PRECIOUS,
    ...Object.fromEntries(
      Array.from({ length: 25 }, (_, day) => [`20200101T0000000${10 + day}Z-primary.txt`, 'years of work']),
    ),
  });

describe('Nothing outside the folder is written, emptied or deleted, whatever symlinks `.sidecarctl` holds or becomes.', () => {
  test.each(['', 'runs', 'pods', 'logs', 'logs/primary', 'volumes', 'volumes/data', 'dossiers'])(
    'at .sidecarctl/%s',
    async (name) => {
      await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
      await using precious = await preciousProject();
      const before = await contentOf(precious.folder);
      const link = project.path('.sidecarctl', name);
      await mkdir(join(link, '..'), { recursive: true });
      await symlink(precious.folder, link);
      await runToEnd(['up', '--ui', 'plain'], project.folder);
      await runToEnd(['up', '--detach'], project.folder);
      await runToEnd(['check'], project.folder);
      expect(await contentOf(precious.folder)).toEqual(before);
    },
  );

  test.each(['detached.log', 'ports.json', '.gitignore', 'pods/sidecars.config.mjs.json'])(
    'at .sidecarctl/%s',
    async (name) => {
      await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
      await using precious = await preciousProject();
      await mkdir(project.path('.sidecarctl/pods'), { recursive: true });
      await symlink(precious.path('thesis.txt'), project.path('.sidecarctl', name));
      await runToEnd(['up', '--detach'], project.folder);
      expect(await readFile(precious.path('thesis.txt'), 'utf8')).toBe('years of work');
    },
  );
});

describe('a folder where sidecarctl keeps a file is left as it is, and the start that it stands in the way of names it', () => {
  test.each(['detached.log', 'pods/sidecars.config.mjs.json'])('at .sidecarctl/%s', async (name) => {
    await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
    await project.write(join('.sidecarctl', name, 'thesis.txt'), 'years of work');
    const { code, stderr } = await runToEnd(['up', '--detach'], project.folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^sidecarctl: [^\n]*\n$/);
    expect(stderr).toContain(project.path('.sidecarctl', name));
    expect(await readFile(project.path('.sidecarctl', name, 'thesis.txt'), 'utf8')).toBe('years of work');
  });
});

test('a start in the background that cannot write down why it failed is told of', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': BUSY_POD,
    '.sidecarctl/.gitignore': '*',
  });
  const words = ['sh', '-c', 'ulimit -f 0; exec "$0" "$@"', process.execPath, CLI] as const;
  const { code, stderr } = await runToEnd(['up', '--detach'], project.folder, {}, { words });
  expect(stderr).toContain(`could not be written to ${project.path('.sidecarctl')}`);
  expect(code).toBe(1);
});

test('init does not write to where a symlink without an end points', async () => {
  await using project = await Project.create({ Procfile: 'web: node server.js' });
  await using home = await Project.create();
  await symlink(home.path('new'), project.path('sidecars.config.ts'));
  expect((await runToEnd(['init'], project.folder)).code).toBe(1);
  expect(await readdir(home.folder)).toEqual([]);
});

test('a .sidecarctl that a symlink replaces during the run leads nothing to what is behind it', async () => {
  await using rig = await PodRig.open((steered) => ({
    volumes: { data: { persist: true }, scratch: {} },
    primary: steered('app', { mounts: { scratch: 'mount' } }),
  }));
  await using precious = await preciousProject();
  const run = rig.up();
  const app = await rig.child('app');
  const before = await contentOf(precious.folder);
  await rename(rig.project.path('.sidecarctl'), rig.project.path('aside'));
  await symlink(precious.folder, rig.project.path('.sidecarctl'));
  await app.exit(1);
  await run.exit();
  expect(await contentOf(precious.folder)).toEqual(before);
});

describe('A record of a run or a pod from a checkout ends no process and removes nothing that is yours.', () => {
  const forged = (project: Project, facts: object): Promise<void> =>
    project.write(
      '.sidecarctl/runs/00c0ffee/run.json',
      JSON.stringify({
        version: 1,
        pid: 2 ** 22 - 7,
        startTime: 1,
        name: 'shop',
        mounts: [],
        startedAt: '2026-11-20T10:00:00.000Z',
        ...facts,
      }),
    );

  test('has no symlink of the user removed', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
    await using home = await Project.create({ 'real.txt': 'text' });
    await symlink('real.txt', home.path('link'));
    await symlink(home.folder, project.path('inside'));
    const before = await contentOf(home.folder);
    await forged(project, {
      mounts: [
        { path: home.path('link'), target: home.path('real.txt') },
        { path: project.path('inside'), target: home.folder },
        { path: project.path('inside/link'), target: project.path('inside/real.txt') },
      ],
    });
    await runToEnd(['check'], project.folder);
    expect(await contentOf(home.folder)).toEqual(before);
    expect(await readFile(project.path('inside/real.txt'), 'utf8')).toBe('text');
  });

  test('has no process of another run ended', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
    rig.up();
    const app = await rig.child('app');
    const [runId = ''] = await treeOf(rig.project.path('.sidecarctl/runs'));
    const record = await readFile(rig.project.path('.sidecarctl/runs', runId, 'run.json'), 'utf8');
    await project.write(
      `.sidecarctl/runs/${runId}/run.json`,
      JSON.stringify({ ...JSON.parse(record), pid: 2 ** 22 - 7 }),
    );
    await runToEnd(['check'], project.folder);
    await app.print('still here\n');
    await app.exit(0);
  });
});

describe("No signal opens Node's debugger.", () => {
  test('in a supervisor, which goes on as before', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.up();
    const app = await rig.child('app');
    run.signal('SIGUSR1');
    await app.print('goes on\n');
    await run.event('the line', (event) => event['line'] === 'goes on');
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('in a supervisor that has not come to its first line yet', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    const run = rig.up();
    // Node takes the signal from here on, and runs the first line some 20 ms later.
    await eventually('a handler', () => /^SigCgt:\t\w*[2367abef]\w\w$/m.test(statusOf(run.pid)));
    run.signal('SIGUSR1');
    const app = await rig.child('app');
    await eventually('a closed debugger', () => !listens(run.pid));
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
  });

  test('in a client that follows a pod', async () => {
    await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
    rig.up();
    const app = await rig.child('app');
    const follower = rig.run(['logs', '-f']);
    await app.print('one\n');
    await follower.output(/one/);
    follower.signal('SIGUSR1');
    await app.print('two\n');
    await follower.output(/two/);
    await app.exit(0);
    await follower.exit();
    expect(follower.stderr).not.toContain('ebugger');
  });
});

test('the debugger that NODE_OPTIONS asks for is the process’s and not sidecarctl’s', async () => {
  const held = await HeldPort.take();
  const port = held.number;
  await held[Symbol.asyncDispose]();
  const look = ['node', '-e', 'console.log(process.getBuiltinModule("node:inspector").url())'];
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({ primary: { command: look, readiness: false } }),
  });
  const env = { NODE_OPTIONS: `--inspect=127.0.0.1:${port}` };
  const { stdout } = await runToEnd(['up', '--ui', 'plain'], project.folder, env);
  expect(stdout).toContain(`ws://127.0.0.1:${port}/`);
});

describe('what a full disk takes of the output', () => {
  const intoFullDisk = (args: string) => ({
    words: ['sh', '-c', `exec "$0" "$1" ${args} >/dev/full`, process.execPath, CLI] as const,
  });

  test.each([
    'check',
    'check --json',
    'graph',
    '--version',
    '--help',
    'up --ui json',
    'run -- echo of the command',
  ])('is told, and is a failure: %s', async (args) => {
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({ primary: { command: 'true' } }),
    });
    const { code, stderr } = await runToEnd([], project.folder, {}, intoFullDisk(args));
    expect(stderr).toMatch(/^sidecarctl: .*ENOSPC: no space left on device.*\n$/);
    expect(code).toBe(1);
  });
});

test('Configs are remembered in the same folder, in files that only you and root can read, without the values of variables.', async () => {
  const primary = { command: ['true', '${env.TOKEN}', '${env.PASSWORD}'] };
  await using project = await Project.create({
    'sidecars.config.json': JSON.stringify({ envFile: '.env', primary }),
    '.env': 'PASSWORD=sesame\n',
  });
  const XDG_CACHE_HOME = project.path('cache');
  await mkdir(XDG_CACHE_HOME, { mode: 0o700 });
  const env = { XDG_CACHE_HOME, TOKEN: 'open sesame' };
  expect(await runToEnd(['up', '--ui', 'plain'], project.folder, env)).toMatchObject({ code: 0 });
  const folder = project.path('cache/sidecarctl/configs');
  const [name = ''] = await readdir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  const text = await readFile(join(folder, name), 'utf8');
  expect(text).toContain('env.TOKEN');
  expect(text).not.toContain('sesame');
});

test('Compiled code is cached in a folder that only you can write to, or not at all.', async () => {
  await using project = await Project.create({ 'sidecars.config.json': '{"primary":{"command":"true"}}' });
  const run = (XDG_CACHE_HOME: string) => runToEnd(['check'], project.folder, { XDG_CACHE_HOME });
  await mkdir(project.path('cache'), { mode: 0o700 });
  expect((await run(project.path('cache'))).code).toBe(0);
  expect((await stat(project.path('cache/sidecarctl'))).mode & 0o777).toBe(0o700);
  expect(await readdir(project.path('cache/sidecarctl'))).not.toEqual([]);
  await mkdir(project.path('open'));
  await chmod(project.path('open'), 0o777);
  expect((await run(project.path('open'))).code).toBe(0);
  expect(await readdir(project.path('open'))).toEqual([]);
});

test('Only you and root can reach the control socket.', async () => {
  await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
  const run = rig.up();
  const app = await rig.child('app');
  const [record = ''] = await readdir(rig.project.path('.sidecarctl/pods'));
  const { socket } = JSON.parse(await readFile(rig.project.path('.sidecarctl/pods', record), 'utf8'));
  await eventually('the socket', () => existsSync(socket));
  await eventually('its rights', () => (statSync(socket).mode & 0o777) === 0o600);
  const folder = await stat(dirname(socket));
  expect({ mode: folder.mode & 0o777, uid: folder.uid }).toEqual({ mode: 0o700, uid: process.getuid?.() });
  await app.exit(0);
  await run.exit();
});

test('Only you and root can read the contents of `.sidecarctl`.', async () => {
  await using project = await Project.create({ 'sidecars.config.mjs': BUSY_POD });
  await mkdir(project.path('.sidecarctl'), { mode: 0o755 });
  await runToEnd(['up', '--ui', 'plain'], project.folder);
  expect((await stat(project.path('.sidecarctl'))).mode & 0o777).toBe(0o700);
  for (const path of await treeOf(project.path('.sidecarctl')))
    expect([path, (await stat(project.path('.sidecarctl', path))).mode & 0o077]).toEqual([
      path,
      path === '.gitignore' ? expect.any(Number) : 0,
    ]);
});

test('Only you and root can read the key of the local CA.', async () => {
  await using project = await Project.create();
  await runToEnd(['trust', '--print'], project.folder, { XDG_DATA_HOME: project.folder });
  const modes = ['ca', 'ca/ca.key'].map((name) => statSync(project.path('sidecarctl', name)).mode & 0o077);
  expect(modes).toEqual([0, 0]);
});

test.runIf(isInstalled('openssl'))('The local CA vouches for names of this machine only.', async () => {
  await using project = await Project.create();
  const { stdout } = await runToEnd(['trust', '--print'], project.folder, { XDG_DATA_HOME: project.folder });
  const openssl = (words: string): Promise<string> => outputOf('openssl', words.split(' '));
  const at = (name: string): string => project.path(name);
  await openssl(
    `req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x -keyout ${at('key')} -out ${at('csr')}`,
  );
  const verified = async (name: string): Promise<string> => {
    await project.write('names', `subjectAltName=DNS:${name}\n`);
    const ca = `-CA ${stdout.trim()} -CAkey ${stdout.trim().replace(/crt$/, 'key')}`;
    await openssl(`x509 -req -in ${at('csr')} ${ca} -extfile ${at('names')} -out ${at('crt')}`);
    return openssl(`verify -CAfile ${stdout.trim()} ${at('crt')}`);
  };
  expect(await verified('shop.test')).toContain(': OK');
  expect(await verified('example.com')).toContain('permitted subtree violation');
});

test('Every user can see the command line of a process, and connect to a port on 127.0.0.1.', async () => {
  await using rig = await PodRig.open((steered) => ({
    primary: steered('app', { ports: { http: 'auto' } }),
  }));
  const run = rig.up();
  const app = await rig.child('app');
  const { pid } = await run.state('primary', 'running');
  expect((await stat(`/proc/${pid}/cmdline`)).mode & 0o004).toBe(0o004);
  await app.exit(0);
  await run.exit();
});

/** It writes a file as soon as it is loaded. */
const CODE = `import { writeFileSync } from 'node:fs';
writeFileSync('loaded', '');
export default { primary: { command: 'true' } };`;

test('A config in JavaScript or TypeScript is code, and runs as you when it is loaded.', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CODE });
  await runToEnd(['check'], project.folder);
  expect((await stat(project.path('loaded'))).uid).toBe(process.getuid?.());
});

test('Commands that only talk to a running pod do not load the config.', async () => {
  await using project = await Project.create({ 'sidecars.config.ts': CODE });
  const commands = [
    'status',
    'logs',
    'events',
    'why web',
    'wait',
    'env web',
    'restart web',
    'down',
    'exec web -- true',
  ];
  for (const command of commands) await runToEnd(command.split(' '), project.folder);
  expect(await readdir(project.folder)).toEqual(['sidecars.config.ts']);
});

test('A config in JSON or YAML runs nothing when it is checked.', async () => {
  const command = 'touch $PWD/ran';
  const process = { command, readiness: { exec: command }, postStart: command, preStop: command };
  const text = JSON.stringify({ env: { A: '${env.HOME}' }, sidecars: { web: process }, primary: process });
  for (const name of ['sidecars.config.json', 'sidecars.config.yaml']) {
    await using project = await Project.create({ [name]: text });
    expect(await runToEnd(['check'], project.folder)).toMatchObject({ code: 0, stderr: '' });
    expect(await readdir(project.folder)).toEqual([name]);
  }
});

test('Names and keys with a meaning in JavaScript, such as `__proto__`, are errors.', async () => {
  const text = '{"sidecars":{"__proto__":{"command":42}},"primary":{"command":"true"}}';
  for (const [name, written] of [
    ['sidecars.config.json', text],
    ['sidecars.config.yaml', text],
    ['sidecars.config.mjs', `export default ${text}`],
    ['sidecars.config.ts', `export default JSON.parse('${text}')`],
  ] as const) {
    await using project = await Project.create({ [name]: written });
    const { code, stderr } = await runToEnd(['check'], project.folder);
    expect({ name, code, stderr }).toEqual({
      name,
      code: 2,
      stderr: expect.stringContaining("'__proto__' has a meaning"),
    });
  }
});

test.each(['check --json', 'graph --json', 'up --ui json'])(
  'what a config prints is no part of what `%s` writes to stdout',
  async (args) => {
    const config = `
      console.log('loaded');
      process.stdout.write('loaded\\n');
      setTimeout(() => console.log('late'), 1).unref();
      const env = () => { console.info('asked'); return {}; };
      export default { primary: { command: 'sleep 0.2', env } };`;
    await using project = await Project.create({ 'sidecars.config.mjs': config });
    const { code, stdout, stderr } = await runToEnd(args.split(' '), project.folder);
    expect(code).toBe(0);
    const objects = args === 'up --ui json' ? stdout.trimEnd().split('\n') : [stdout];
    for (const object of objects) expect(() => JSON.parse(object)).not.toThrow();
    expect(stderr).toContain('loaded\n');
  },
);

test('sidecarctl reads an env file only if the config names it.', async () => {
  const config = { primary: { command: 'echo "[$FROM_FILE]"', readiness: false } };
  await using project = await Project.create({
    '.env': 'FROM_FILE=1',
    'sidecars.config.json': JSON.stringify(config),
  });
  expect((await runToEnd(['up', '--ui', 'plain'], project.folder)).stdout).toContain('[]');
});

describe('sidecarctl masks secrets when it shows variables, commands or messages.', () => {
  const SECRET = 'hunter2hunter2';
  const failing = `echo starting; exit 3 # --password=${SECRET} postgres://app:${SECRET}@db`;
  const config = configFile({
    name: 'shop',
    env: { SESSION_COOKIE: SECRET, DATABASE_URL: `postgres://app:${SECRET}@db/app` },
    sidecars: {
      db: {
        command: ['sleep', '60', '--token', SECRET].slice(0, 2),
        readiness: { exec: `echo "connect postgres://app:${SECRET}@db" >&2; false` },
      },
    },
    primary: { command: failing, dependsOn: [] },
  });

  test('of a pod that runs', async () => {
    await using rig = await PodRig.open(null, {
      'sidecars.config.mjs': config.replace(failing, `exec sleep 60 # --token ${SECRET}`),
    });
    const run = rig.up();
    await run.event('a probe that fails', ({ type }) => type === 'probe');
    const shown: string[] = [];
    for (const command of [
      'why db',
      'why primary',
      'status --json',
      'env primary',
      'graph',
      'events',
      'events --json',
    ]) {
      const asked = rig.run(command.split(' '));
      await asked.exit();
      shown.push(asked.stdout, asked.stderr);
    }
    expect(shown.join('\n')).toContain('postgres://app:***@db');
    expect(shown.join('\n')).not.toContain(SECRET);
    run.signal('SIGTERM');
    await run.exit();
    expect(run.stdout + run.stderr).not.toContain(SECRET);
  });

  test('of one that has failed', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': config });
    await runToEnd(['up', '--ui', 'plain'], project.folder);
    const why = await runToEnd(['why', 'primary'], project.folder);
    expect(why.stdout).toContain('command: echo starting; exit 3 # --password=*** postgres://app:***@db');
    expect(why.stdout).not.toContain(SECRET);
  });
});

describe("Names and texts of processes, clients and files cannot control the terminal from sidecarctl's own lines, or look like such a line.", () => {
  const NASTY = '\u001b[2J\rsidecarctl | pod shop has stopped\u009b1A';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  const STEERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

  test('in the words of a probe, a file’s name and the name of the pod', async () => {
    await using project = await Project.create();
    const name = `sidecars.config.json`;
    const folder = project.path(`shop${NASTY.replaceAll('/', '')}`);
    await mkdir(folder);
    const config = {
      sidecars: {
        web: {
          command: 'exec sleep 60',
          liveness: { exec: `printf '${'\\033[2J\\rsidecarctl | gone'}' >&2; false`, period: 50 },
        },
      },
      primary: { command: ['sleep', '1'], dependsOn: [] },
    };
    await writeFile(join(folder, name), JSON.stringify(config));
    for (const args of [['up', '--ui', 'plain'], ['check'], ['status'], ['graph']]) {
      const { stdout, stderr } = await runToEnd(args, folder);
      expect(stdout + stderr).not.toMatch(STEERS);
      expect(stderr.split('\n').filter((line) => /^sidecarctl +\| gone/.test(line))).toEqual([]);
    }
  });

  test('in an error of a config', async () => {
    await using project = await Project.create({
      'sidecars.config.mjs': `throw new Error(${JSON.stringify(`${NASTY}\nsidecarctl: all is well`)})`,
    });
    const { stderr } = await runToEnd(['check'], project.folder);
    expect(stderr).toContain('\\x1b[2J');
    expect(stderr).not.toMatch(STEERS);
    expect(stderr).not.toMatch(/^sidecarctl: all/m);
  });
});

test('Processes run as you, with all your rights: sidecarctl is not a sandbox.', async () => {
  await using project = await Project.create({
    'sidecars.config.mjs': configFile({
      primary: { command: 'id -u; touch ../outside', cwd: 'in', readiness: false },
    }),
    'in/file': '',
  });
  const { stdout } = await runToEnd(['up', '--ui', 'plain'], project.folder);
  expect(stdout).toContain(`| ${process.getuid?.()}\n`);
  expect(await readdir(project.folder)).toContain('outside');
});

test('The log files contain the output of processes unchanged, including secrets.', async () => {
  const config = { primary: { command: 'echo API_TOKEN=hunter2', readiness: false } };
  await using project = await Project.create({ 'sidecars.config.json': JSON.stringify(config) });
  await runToEnd(['up', '--ui', 'plain'], project.folder);
  expect((await runToEnd(['logs', 'primary'], project.folder)).stdout).toBe('API_TOKEN=hunter2\n');
});

describe('with a client on the socket', () => {
  const openServed = async () => {
    const rig = await PodRig.open((steered) => ({
      primary: steered('app', { env: { API_TOKEN: 'hunter2' } }),
    }));
    const run = rig.up();
    const app = await rig.child('app');
    const [record = ''] = await readdir(rig.project.path('.sidecarctl/pods'));
    const { socket } = JSON.parse(await readFile(rig.project.path('.sidecarctl/pods', record), 'utf8'));
    const ask = (method: string, path: string, body = ''): Promise<{ status: number; text: string }> =>
      new Promise((resolve, reject) => {
        const sent = request({ socketPath: socket, method, path }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece) => (text += piece));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        });
        sent.on('error', reject).end(body);
      });
    // A socket is there, and refuses, a moment before it listens.
    await eventually('the socket', () =>
      ask('GET', '/v1/pod').then(
        () => true,
        () => false,
      ),
    );
    return { rig, run, app, ask };
  };

  test('A request is checked before anything happens: unknown fields, control characters in a name and a body that is too long are refused.', async () => {
    const { rig, run, app, ask } = await openServed();
    await using _ = rig;
    for (const body of [
      { type: 'restart', process: 'primary', also: 1 },
      { type: 'restart', process: '\u001b[2J\nsidecarctl | pod shop has stopped' },
      { type: 'restart', process: '\u2028' },
      { type: 'stop-pod', grace: 0, by: 'a\rb' },
      JSON.parse('{"type":"restart-all","__proto__":{"a":1},"constructor":1}'),
    ])
      expect((await ask('POST', '/v1/requests', JSON.stringify(body))).status).toBe(400);
    const long = JSON.stringify({ type: 'restart', process: 'x'.repeat(1024 * 1024) });
    expect((await ask('POST', '/v1/requests', long)).status).toBe(413);
    for (const query of ['__proto__=1', 'constructor=1', 'toString=1'])
      expect((await ask('GET', `/v1/pod?${query}`)).status).toBe(400);
    await app.exit(0);
    expect(await run.exitCode()).toBe(0);
    expect(run.stderr).toBe('');
  });

  test('Whoever can reach the control socket can do with the pod what you can, and read its secrets.', async () => {
    const { rig, run, ask } = await openServed();
    await using _ = rig;
    expect((await ask('GET', '/v1/processes/primary')).text).not.toContain('hunter2');
    expect((await ask('GET', '/v1/processes/primary?reveal=1')).text).toContain('hunter2');
    expect((await ask('POST', '/v1/requests', '{"type":"stop-pod","grace":0}')).status).toBe(200);
    await run.exit();
  });
});

test('sidecarctl itself neither listens on the network nor connects to it: only probes and hooks connect, to the addresses in the config.', async () => {
  await using rig = await PodRig.open((steered) => ({ primary: steered('app') }));
  const run = rig.up();
  const app = await rig.child('app');
  await run.state('primary', 'ready');
  const table = ['tcp', 'tcp6', 'udp', 'udp6']
    .map((name) => readFileSync(`/proc/net/${name}`, 'utf8'))
    .join('');
  const inodes = new Set(table.split('\n').map((line) => line.trim().split(/\s+/)[9]));
  const open = readdirSync(`/proc/${run.pid}/fd`).map((fd) => linkOf(`/proc/${run.pid}/fd/${fd}`) ?? '');
  const sockets = open.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []);
  expect(sockets.filter((inode) => inodes.has(inode))).toEqual([]);
  await app.exit(0);
  await run.exit();
});

test('A port that sidecarctl opens for a process (`activate`) is on 127.0.0.1 unless the config names a host.', async () => {
  await using rig = await PodRig.open((steered) => ({
    primary: steered('app', { ports: { http: { port: 'auto', activate: true } }, readiness: false }),
  }));
  const run = rig.up();
  const app = await rig.child('app');
  const { ports } = (await run.state('primary', 'ready')) as unknown as { ports: { http: number } };
  const port = ports.http.toString(16).toUpperCase().padStart(4, '0');
  const listening = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = '', , state]) => state === '0A' && local.endsWith(`:${port}`)),
  );
  expect(listening.map(([, local]) => local)).toEqual([`0100007F:${port}`]);
  await app.exit(0);
  await run.exit();
});

describe('with the page of a pod', () => {
  /** A pod with a secret, and the address of its page. */
  const openWeb = async (rig: PodRig, ...args: readonly string[]) => {
    await rig.run(['up', '--detach']).exitCode();
    const run = rig.run(['web', ...args]);
    const [, address = '', token = ''] = await run.output(/^(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)$/m);
    return { run, address, token };
  };

  const openRig = (): Promise<PodRig> =>
    PodRig.open({ primary: { command: 'echo "a line"; exec cat', env: { API_TOKEN: 'hunter2' } } });

  interface Asked {
    readonly method?: string;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  }

  const ask = (url: string, { method = 'GET', body = '', headers = {} }: Asked): Promise<string> =>
    new Promise((resolve, reject) => {
      const asking = request(url, { method, headers, agent: false }, (response) => {
        response.setEncoding('utf8').on('data', (text) => {
          resolve(`${response.statusCode} ${text}`);
          response.destroy();
        });
      });
      asking.on('error', reject).end(body);
    });

  const RESTART = { method: 'POST', body: '{"type":"restart","process":"primary"}' };
  const PATHS: ReadonlyArray<readonly [path: string, asked: Asked]> = [
    ['/api/live', {}],
    ['/api/processes/primary', {}],
    ['/api/telemetry/traces', {}],
    ['/api/prometheus/query?query=up', {}],
    ['/api/requests', RESTART],
  ];

  test('`sidecarctl web` tells nothing of a pod, and does nothing, for whoever does not have the token in its address.', async () => {
    await using rig = await openRig();
    const { address } = await openWeb(rig);
    expect(await ask(`${address}/`, {})).not.toContain('a line');
    for (const [path, asked] of PATHS) {
      expect(await ask(`${address}${path}`, asked)).toMatch(/^403 .*no token/);
      const guessed = { authorization: `Bearer ${'A'.repeat(32)}` };
      expect(await ask(`${address}${path}`, { ...asked, headers: guessed })).toMatch(/^403 .*not valid/);
    }
    expect((await runToEnd(['status', '--json'], rig.project.folder)).stdout).toContain('"restarts":0');
    await rig.run(['down']).exitCode();
  });

  test('No page of another site can read or steer a pod through `sidecarctl web`, also not with a name that leads to 127.0.0.1.', async () => {
    await using rig = await openRig();
    const { address, token } = await openWeb(rig);
    const { port } = new URL(address);
    for (const headers of [
      { host: `evil.example:${port}` },
      { origin: 'http://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
    ])
      for (const [path, asked] of [['/', {}] as const, ...PATHS]) {
        const all = { authorization: `Bearer ${token}`, ...headers };
        expect(await ask(`${address}${path}`, { ...asked, headers: all })).toMatch(/^403 .*another site/);
      }
    await rig.run(['down']).exitCode();
  });

  test('The page of `sidecarctl web` can start, stop and restart processes, and nothing else, and gets no value of a secret.', async () => {
    await using rig = await openRig();
    const { address, token } = await openWeb(rig);
    const headers = { authorization: `Bearer ${token}` };
    for (const body of [
      '{"type":"stop-pod","grace":0}',
      '{"type":"send","process":"primary","text":"x","eof":true}',
    ])
      expect(await ask(`${address}/api/requests`, { method: 'POST', body, headers })).toMatch(/^400 /);
    const details = await ask(`${address}/api/processes/primary?reveal=1`, { headers });
    expect(details).toContain('API_TOKEN');
    expect(details).not.toContain('hunter2');
    expect(await ask(`${address}/api/requests`, { ...RESTART, headers })).toMatch(/^200 /);
    await rig.run(['down']).exitCode();
  });

  test('The token of `sidecarctl web --open` is in no command line.', async () => {
    await using rig = await openRig();
    await rig.project.write('bin/xdg-open', '#!/bin/sh\necho "$1" >opened\n', 0o755);
    await rig.run(['up', '--detach']).exitCode();
    const env = { PATH: `${rig.project.path('bin')}:${process.env['PATH']}` };
    const run = rig.run(['web', '--open'], { env });
    const [, url = ''] = await run.output(/^(http:\S+)$/m);
    const opened = (await rig.fileText('opened')).trim();
    expect(opened).toMatch(/^file:\/\/\/.*\.html$/);
    const file = fileURLToPath(opened);
    expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777]).toEqual([
      0o600, 0o700,
    ]);
    expect(await readFile(file, 'utf8')).toContain(`url=${url}"`);
    run.signal('SIGINT');
    expect(await run.exitCode()).toBe(0);
    expect(existsSync(dirname(file))).toBe(false);
    await rig.run(['down']).exitCode();
  });
});

test('each point of SECURITY.md is the title of a test', () => {
  const page = readFileSync(new URL('../../SECURITY.md', import.meta.url), 'utf8');
  const tests = readFileSync(new URL(import.meta.url), 'utf8');
  const points = [...page.matchAll(/^- (.*)$/gm)].map(([, point]) => point ?? '');
  expect(points.length).toBeGreaterThan(15);
  expect(points.filter((point) => !tests.includes(point))).toEqual([]);
});

const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'utf8');

const socketsOf = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap(
    (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`) ?? '')?.[1] ?? [],
  );

/** On a port of TCP. */
const listens = (pid: number): boolean => {
  const rows = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  const listening = rows.map((row) => row.trim().split(/\s+/)).filter(([, , , state]) => state === '0A');
  const inodes = new Set(listening.map((row) => row[9]));
  return socketsOf(pid).some((inode) => inodes.has(inode));
};

const linkOf = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};
