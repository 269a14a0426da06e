import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPrograms } from '../../src/runtime/isolation/programs.ts';
import { listPids } from '../../src/runtime/process-tree/proc-table.ts';
import { CLI, CommandLine, isRunning, type StartedAs } from '../support/command-line.ts';
import { eventually } from '../support/deadline.ts';
import { Nobody } from '../support/nobody.ts';
import { commandIn, statusOf } from '../support/process-zoo.ts';
import { configFile, Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';

const onLinux = process.platform === 'linux';

/** The mounts of this process: nothing of a pod must ever appear among them. */
const mountsHere = (): string => readFileSync('/proc/self/mountinfo', 'utf8');

/** A primary with these fields, and a folder outside of the config's that a volume can be mounted at. */
class Rig {
  readonly project: Project;
  readonly elsewhere: Project;
  readonly #command: StartedAs | undefined;

  private constructor(project: Project, elsewhere: Project, command: StartedAs | undefined) {
    this.project = project;
    this.elsewhere = elsewhere;
    this.#command = command;
  }

  static async create(
    config: (elsewhere: string) => object,
    {
      nobody,
      files = {},
    }: { readonly nobody?: Nobody | undefined; readonly files?: Record<string, string> } = {},
  ): Promise<Rig> {
    const elsewhere = await Project.create({ 'of-the-machine': '' });
    const source = configFile(config(elsewhere.folder));
    const project = await Project.create({ 'sidecars.config.mjs': source, ...files });
    await nobody?.own(project);
    await nobody?.own(elsewhere);
    return new Rig(project, elsewhere, nobody?.command);
  }

  toEnd(...args: string[]): Promise<Outcome> {
    return runToEnd(args, this.project.folder, {}, this.#command);
  }

  start(...args: string[]): CommandLine {
    return new CommandLine([...args, '--ui', 'json'], this.project.folder, {}, this.#command);
  }

  /** The exit code of the pod, and what its primary printed. */
  async run(): Promise<{ readonly code: number | null; readonly printed: string }> {
    await using run = this.start('up');
    const code = await run.exitCode();
    expect(run.events.at(-1), run.transcript()).toMatchObject({ type: 'pod', state: 'stopped' });
    return { code, printed: printedBy(run, 'primary') };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.project[Symbol.asyncDispose]();
    await this.elsewhere[Symbol.asyncDispose]();
  }
}

const printedBy = (run: CommandLine, name: string): string =>
  run.events
    .flatMap((event) => (event.type === 'log' && event['name'] === name ? [event['line']] : []))
    .join('\n');

const body = (port: unknown): Promise<string> =>
  new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: Number(port), agent: false }, (response) => {
      response
        .setEncoding('utf8')
        .toArray()
        .then((chunks) => resolve(chunks.join('')), reject);
    }).on('error', reject);
  });

/** Zombies, which the machine's first process is in no hurry to wait for, count as gone. */
const isGone = (pid: number): boolean => ['', 'Z'].includes(statusOf(pid, 'State').slice(0, 1));

const USERS = [
  ['the user of the tests', () => undefined],
  ['a user without rights', () => Nobody.create()],
] as const;

describe.runIf(onLinux).each(USERS)('for %s', (_, create) => {
  let nobody: Nobody | undefined;
  beforeAll(() => {
    nobody = create();
  });
  afterAll(() => nobody?.[Symbol.dispose]());

  test('a process in a pid namespace sees its own processes only, as the user it is', async () => {
    await using rig = await Rig.create(
      () => ({
        primary: {
          isolate: 'pid',
          command: 'id -u >/dev/stdout; id -g; kill -0 1 && ls /proc | grep -c "^[0-9]"',
        },
      }),
      { nobody },
    );
    const { code, printed } = await rig.run();
    const user = nobody?.command.user ?? { uid: process.getuid?.(), gid: process.getgid?.() };
    const [uid, gid, count] = printed.split('\n').map(Number);
    expect({ code, uid, gid }).toEqual({ code: 0, ...user });
    // The first process, the shell, ls and grep.
    expect(count).toBeLessThanOrEqual(4);
  });

  test('exit codes, signals and a command that is not found come through', async () => {
    const ends = {
      exits: ['exit 3', 3, null],
      'exits-with-143': ['exit 143', 143, null],
      'dies-of-kill': ['kill -KILL $$', null, 'SIGKILL'],
      'dies-of-term': ['kill -TERM $$', null, 'SIGTERM'],
      'is-not-found': ['exec /no/such/program', 127, null],
    } as const;
    const sidecars = Object.entries(ends).map(([name, [command]]) => [
      name,
      { isolate: 'pid', command, restart: 'never' },
    ]);
    await using rig = await Rig.create(
      () => ({
        sidecars: Object.fromEntries(sidecars),
        primary: { isolate: 'pid', command: 'exec sleep 600' },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    for (const [sidecar, [, exitCode, signal]] of Object.entries(ends)) {
      const end = await run.event(
        `the end of ${sidecar}`,
        ({ name, exitCode: code }) => name === sidecar && code !== undefined,
      );
      expect(end).toMatchObject({ exitCode, signal });
    }
  });

  test.each([
    ['an exit code of 143', 'exit 143', 143],
    ['a death by SIGKILL', 'kill -KILL $$', 137],
  ])('%s of the primary is the exit code of the pod', async (__, command, expected) => {
    await using rig = await Rig.create(() => ({ primary: { isolate: 'pid', command } }), { nobody });
    await using run = rig.start('up');
    expect(await run.exitCode()).toBe(expected);
  });

  test.each([
    ['dies of its stop signal', 'SIGTERM', 'sleep 1000', 0],
    ['handles its stop signal', 'SIGUSR1', 'trap "exit 5" USR1; echo armed; while :; do sleep 0.02; done', 5],
  ])('a process that %s', async (__, signal, command, expected) => {
    await using rig = await Rig.create(
      () => ({ primary: { isolate: 'pid', command: `echo armed; ${command}`, stop: { signal } } }),
      { nobody },
    );
    await using run = rig.start('up');
    await run.event('its first line', ({ line }) => line === 'armed');
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(expected);
  });

  test('a stop that comes before the process is in its namespace reaches it', async () => {
    await using rig = await Rig.create(
      () => ({
        sidecars: { early: { isolate: 'pid', command: 'exec sleep 1000' } },
        primary: { command: 'true', dependsOn: { early: 'started' } },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    expect(await run.exitCode()).toBe(0);
    const end = await run.event('its end', ({ name, state }) => name === 'early' && state === 'stopped');
    expect(end).toMatchObject({ signal: 'SIGTERM' });
  });

  test('children that nobody waits for leave no zombies', async () => {
    const orphans = 'for n in 1 2 3; do sh -c "sleep 0.01 &"; done; sleep 0.2; cat /proc/[0-9]*/stat';
    await using rig = await Rig.create(() => ({ primary: { isolate: 'pid', command: orphans } }), { nobody });
    const { printed } = await rig.run();
    expect(printed).toContain('1 (sleep) ');
    expect(printed).not.toMatch(/\) Z /);
  });

  test('kill -9 of sidecarctl ends it, whatever it has left behind', async () => {
    await using rig = await Rig.create(
      () => ({
        primary: { isolate: 'pid', command: 'setsid env -i /bin/sleep 1000 & echo there; exec sleep 1000' },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    await run.event('its first line', ({ line }) => line === 'there');
    const { pid } = await run.event(
      'the launch',
      ({ name, pid: launched }) => name === 'primary' && launched !== undefined,
    );
    const command = commandIn(Number(pid));
    expect(isGone(command)).toBe(false);
    run.signal('SIGKILL');
    await eventually('all of it to be gone', () => [command, Number(pid)].every(isGone));
    await eventually(
      'the run to be cleared away',
      () => readdirSync(rig.project.path('.sidecarctl/runs')).length === 0,
    );
  });

  test('it says that it is ready, and gets a socket, as any other', async () => {
    const server = `
const { LISTEN_PID, LISTEN_FDS } = process.env;
if (LISTEN_PID !== String(process.pid) || LISTEN_FDS !== '1') throw new Error('the socket is not for us');
const server = require('node:http').createServer((_, response) => response.end('pid ' + process.pid));
server.listen({ fd: 3 }, () => process.send('ready'));
process.on('SIGTERM', () => process.exit(0));
`;
    await using rig = await Rig.create(
      () => ({
        primary: {
          isolate: 'pid',
          command: [process.execPath, 'server.cjs'],
          ports: { http: { port: 'auto', activate: true } },
          readiness: { notify: true },
        },
      }),
      { files: { 'server.cjs': server } },
    );
    await using run = rig.start('up');
    const { ports } = await run.state('primary', 'ready');
    expect(await body((ports as Record<string, number>)['http'])).toMatch(/^pid \d$/);
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
  });

  test('a volume outside the folder is seen by its process alone, and by nobody on this machine', async () => {
    await using rig = await Rig.create(
      (at) => ({
        volumes: { logs: {} },
        init: { before: { command: `ls ${at}` } },
        sidecars: {
          writer: {
            mounts: { logs: at },
            command: `echo a line >${at}/new; mv ${at}/new ${at}/new.log; ls ${at}; exec sleep 1000`,
            readiness: { file: `${at}/new.log` },
            dependsOn: ['before'],
          },
        },
        primary: { command: `ls ${at}; cat "$VOLUME_LOGS/new.log"; until [ -e done ]; do sleep 0.02; done` },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    await run.event('what was written', ({ line }) => line === 'a line');
    await run.event('what its writer sees', ({ line }) => line === 'new.log');
    expect(mountsHere()).not.toContain(rig.elsewhere.folder);
    expect(readdirSync(rig.elsewhere.folder)).toEqual(['of-the-machine']);
    await rig.project.write('done', '');
    expect(await run.exitCode()).toBe(0);
    expect(printedBy(run, 'before')).toBe('of-the-machine');
    expect(printedBy(run, 'writer')).toBe('new.log');
    expect(printedBy(run, 'primary')).toBe('of-the-machine\na line');
    expect(readdirSync(rig.elsewhere.folder)).toEqual(['of-the-machine']);
    expect(readdirSync(rig.project.path('.sidecarctl/runs'))).toEqual([]);
  });

  test('a mount ends exactly as the process does: no process of ours stands in between', async () => {
    await using rig = await Rig.create(
      (at) => ({
        volumes: { logs: {} },
        primary: {
          mounts: { logs: at },
          env: { OLDPWD: null },
          command: 'echo $$; env | grep -c "^OLDPWD="; kill -TERM $$',
        },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    expect(await run.exitCode()).toBe(143);
    const launched = await run.event(
      'the launch',
      ({ name, pid }) => name === 'primary' && pid !== undefined,
    );
    expect(printedBy(run, 'primary')).toBe(`${launched['pid']}\n0`);
  });

  test('a process reads its files at their paths, in a pid namespace and with a mount of its own', async () => {
    await using rig = await Rig.create(
      (at) => ({
        volumes: { logs: {} },
        primary: {
          isolate: 'pid',
          mounts: { logs: at },
          files: { 'app.conf': 'port 80\n', key: { content: 'a secret\n', secret: true } },
          command: `ls ${at}; cat "$FILE_APP_CONF" "$FILE_KEY" | tee ${at}/read | wc -l; stat -c %a "$FILE_KEY"`,
        },
      }),
      { nobody },
    );
    expect(await rig.run()).toEqual({ code: 0, printed: '2\n600' });
    expect(readdirSync(rig.project.path('.sidecarctl/runs'))).toEqual([]);
  });

  test('a process sees its own file in place of one of the machine, and a part of a volume that it cannot write to', async () => {
    await using rig = await Rig.create(
      (at) => ({
        volumes: { logs: {} },
        init: {
          seed: { command: 'mkdir -p "$VOLUME_LOGS/web/old"; echo a seed >"$VOLUME_LOGS/web/old/seed"' },
        },
        primary: {
          mounts: {
            logs: [
              { path: `${at}/logs`, subPath: 'web/old', readOnly: true },
              { path: `${at}/new`, subPath: 'made' },
              { path: `${at}/seed`, subPath: 'web/old/seed' },
            ],
            conf: { path: `${at}/of-the-machine`, readOnly: true },
          },
          files: { conf: 'a config\n' },
          command:
            `cd ${at}; cat of-the-machine logs/seed seed; for file in of-the-machine logs/new; ` +
            'do (echo x >$file) 2>&1 | grep -o Read-only; done; touch new/b; ls "$VOLUME_LOGS/made"',
        },
      }),
      { nobody },
    );
    for (const path of ['logs/.keep', 'new/.keep', 'seed']) await rig.elsewhere.write(path, '');
    const { code, printed } = await rig.run();
    expect({ code, printed: printed.split('\n') }).toEqual({
      code: 0,
      printed: ['a config', 'a seed', 'a seed', 'Read-only', 'Read-only', 'b'],
    });
    expect(readFileSync(join(rig.elsewhere.folder, 'of-the-machine'), 'utf8')).toBe('');
  });

  test.each([
    ['in a pid namespace', 'pid'],
    ['without one', undefined],
  ])('a mount is made where nothing stands, for the process alone: %s', async (_where, isolate) => {
    const top = `/sidecarctl-${process.pid}`;
    await using rig = await Rig.create(
      (at) => ({
        volumes: { data: {} },
        primary: {
          isolate,
          files: { 'app.conf': 'port 80\n', own: 'own\n' },
          mounts: { data: top, 'app.conf': `${at}/not/there/app.conf`, own: `${top}/in/own` },
          command: [
            ...['sh', '-ec'],
            `cat ${at}/not/there/app.conf ${top}/in/own; ls ${at}; ls "$VOLUME_DATA"; pwd; [ -e /dev/null ]`,
          ],
        },
      }),
      { nobody },
    );
    const { folder } = rig.elsewhere;
    const lines = ['port 80', 'own', 'not', 'of-the-machine', 'in', rig.project.folder];
    expect(await rig.run()).toEqual({ code: 0, printed: lines.join('\n') });
    expect(readdirSync(folder)).toEqual(['of-the-machine']);
    expect(existsSync(top)).toBe(false);
    expect(mountsHere()).not.toContain(folder);
  });

  test('probes, hooks, the stop command and exec see what the process sees', async () => {
    const tell = (what: string, at: string) =>
      `echo ${what} $(ls ${at}) $(cat ${at}/pid) $(kill -0 $(cat ${at}/pid) && echo alive)`;
    await using rig = await Rig.create(
      (at) => ({
        volumes: { logs: {} },
        primary: {
          isolate: 'pid',
          mounts: { logs: at },
          command: `echo $$ >${at}/pid; trap "exit 0" TERM; while :; do sleep 0.02; done`,
          readiness: { exec: `kill -0 $(cat ${at}/pid)` },
          preStop: tell('pre-stop', at),
          stop: { command: `${tell('stop', at)}; kill -TERM $(cat ${at}/pid)` },
        },
      }),
      { nobody },
    );
    await using run = rig.start('up');
    await run.state('primary', 'ready');
    const at = rig.elsewhere.folder;
    const looked = await rig.toEnd('exec', 'primary', '--', 'sh', '-c', `pwd; ${tell('exec', at)}; exit 7`);
    expect(looked).toEqual({
      code: 7,
      stderr: '',
      stdout: expect.stringMatching(/^.*\nexec pid \d alive\n$/),
    });
    expect(looked.stdout.split('\n')[0]).toBe(rig.project.folder);
    run.signal('SIGTERM');
    expect(await run.exitCode()).toBe(0);
    expect(printedBy(run, 'primary')).toMatch(/^pre-stop pid (\d) alive\nstop pid \1 alive$/);
  });
});

test.runIf(onLinux).each([
  ['entered', 'pid'],
  ['made anew', undefined],
])('exec passes SIGTERM on to its command in namespaces that are %s', async (_, isolate) => {
  await using rig = await Rig.create((at) => ({
    volumes: { logs: {} },
    primary: {
      ...(isolate === undefined ? {} : { isolate }),
      mounts: { logs: at },
      command: 'echo up; exec sleep 1000',
    },
  }));
  await using run = rig.start('up');
  await run.event('its first line', ({ line }) => line === 'up');
  const script = `trap "exit 9" TERM; ls ${rig.elsewhere.folder}; echo armed; while :; do sleep 0.02; done`;
  await using exec = new CommandLine(['exec', 'primary', '--', 'sh', '-c', script], rig.project.folder);
  await exec.output(/^armed/);
  exec.signal('SIGTERM');
  expect(await exec.exitCode()).toBe(9);
});

describe.runIf(onLinux)('what is mounted outside the folder', () => {
  test('is removed with the pod, and what lies elsewhere stays', async () => {
    await using kept = await Project.create({ 'kept.txt': '' });
    await using rig = await Rig.create((at) => ({
      volumes: { logs: {}, mine: { path: kept.folder } },
      primary: { mounts: { logs: '/var/log', mine: at }, command: `touch /var/log/a ${at}/b; ls /var/log` },
    }));
    const before = readdirSync('/var/log');
    expect(await rig.run()).toEqual({ code: 0, printed: 'a' });
    expect(readdirSync('/var/log')).toEqual(before);
    expect(readdirSync(kept.folder).sort()).toEqual(['b', 'kept.txt']);
    expect(readdirSync(rig.elsewhere.folder)).toEqual(['of-the-machine']);
  });

  test('takes odd names as they are', async () => {
    const odd = 'it\'s $HOME; a `b` "c"';
    await using rig = await Rig.create((at) => ({
      volumes: { logs: {} },
      primary: {
        mounts: { logs: `${at}/${odd}` },
        command: ['ls', `${at}/${odd}`],
        postStart: ['touch', `${at}/${odd}/x`],
      },
    }));
    await rig.elsewhere.write(`${odd}/.keep`, '');
    expect((await rig.toEnd('check')).stderr).toBe('');
    expect((await rig.run()).code).toBe(0);
  });

  test('needs a file or nothing to be there for a file, which check says', async () => {
    await using rig = await Rig.create((at) => ({
      primary: {
        mounts: { conf: [`${at}/not/there`, `${at}/folder`] },
        files: { conf: '' },
        command: 'true',
      },
    }));
    await rig.elsewhere.write('folder/.keep', '');
    const { code, stderr } = await rig.toEnd('check');
    const at = rig.elsewhere.folder;
    expect({ code, stderr: stderr.match(/primary: the file conf [^\n]*/g) }).toEqual({
      code: 1,
      stderr: [
        `primary: the file conf is to be mounted at ${at}/folder, where a directory stands; mount it elsewhere`,
      ],
    });
  });

  test('shows a new content of a file after a reload, with the signal and after a restart', async () => {
    const configWith = (content: string) => (at: string) => ({
      sidecars: {
        web: {
          mounts: { conf: `${at}/of-the-machine` },
          files: { conf: { content: `${content}\n`, onChange: { signal: 'SIGHUP' } } },
          command: `trap "cat ${at}/of-the-machine" HUP; cat ${at}/of-the-machine; while :; do sleep 0.02; done`,
        },
      },
      primary: { command: 'exec sleep 1000' },
    });
    await using rig = await Rig.create(configWith('one'));
    await using run = rig.start('up');
    await run.event('the first content', ({ line }) => line === 'one');
    await rig.project.write('sidecars.config.mjs', configFile(configWith('two')(rig.elsewhere.folder)));
    expect((await rig.toEnd('reload')).stdout).toContain('file conf replaced, SIGHUP sent');
    await run.event('the new content', ({ line }) => line === 'two');
    expect((await rig.toEnd('restart', 'web')).code).toBe(0);
    await eventually(
      'the new content in the next instance',
      () => run.events.filter(({ line }) => line === 'two').length === 2,
    );
  });

  test('is refused where a file stands, by check and the start before anything starts', async () => {
    await using rig = await Rig.create((at) => ({
      volumes: { logs: {} },
      init: { first: { command: ['touch', 'started'] } },
      primary: { mounts: { logs: `${at}/of-the-machine/logs` }, command: 'true' },
    }));
    for (const args of [['check'], ['up']]) {
      const { code, stderr } = await rig.toEnd(...args);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /primary: the volume logs is to be mounted at .*, but .*of-the-machine is a file; mount it elsewhere/,
        ),
      });
    }
    expect(existsSync(rig.project.path('started'))).toBe(false);
  });
});

/** Root of a namespace of its own in which no further ones may be made, without any rights: the kernel refuses for real. */
const WITHOUT_NAMESPACES: StartedAs = {
  words: [
    ...(['unshare', '--user', '--map-root-user', 'sh', '-c'] as const),
    'echo 0 >/proc/sys/user/max_user_namespaces; exec setpriv --inh-caps=-all --bounding-set=-all "$@"',
    'sh',
    process.execPath,
    CLI,
  ],
};

describe.runIf(onLinux)('a namespace whose first process is slow to get ready', () => {
  /** By a `setpriv` that waits before the first process becomes a `sleep` whose path tells it from all others. */
  const upWithSlowOne = async (config: object) => {
    const project = await Project.create({ 'sidecars.config.mjs': configFile(config) });
    const real = programs();
    const slow = `case "$*" in *--ignore-signal=CHLD*) ${real.sleep} 0.5;; esac`;
    await project.write('bin/setpriv', `#!/bin/sh\n${slow}\nexec ${real.setpriv} "$@"\n`, 0o755);
    symlinkSync(real.sleep, project.path('bin/sleep'));
    const env = { PATH: `${project.path('bin')}:${process.env['PATH']}` };
    return { project, run: new CommandLine(['up', '--ui', 'json'], project.folder, env) };
  };

  const programs = () => {
    const found = findPrograms();
    if (!found.ok) throw new Error(`${found.program} is not installed`);
    return found.programs;
  };

  const firstProcesses = ({ folder }: Project): number[] =>
    listPids().filter((pid) => readWords(pid).startsWith(`${folder}/bin/sleep`));

  const readWords = (pid: number): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    } catch {
      return '';
    }
  };

  test('does not outlive a command that is over at once, nor the trial', async () => {
    const { project, run } = await upWithSlowOne({ primary: { isolate: 'pid', command: 'exit 3' } });
    await using _project = project;
    await using _run = run;
    expect(await run.exitCode()).toBe(3);
    expect(firstProcesses(project)).toEqual([]);
  });

  test('does not keep a stop waiting', async () => {
    const { project, run } = await upWithSlowOne({
      sidecars: { early: { isolate: 'pid', command: 'exec sleep 1000' } },
      primary: { command: 'true', dependsOn: { early: 'started' } },
    });
    await using _project = project;
    await using _run = run;
    expect(await run.exitCode()).toBe(0);
    const end = await run.event('its end', ({ name, state }) => name === 'early' && state === 'stopped');
    expect(end).toMatchObject({ signal: 'SIGTERM' });
    expect(firstProcesses(project)).toEqual([]);
  });
});

describe.runIf(onLinux)('where the kernel allows no namespaces', () => {
  const isolated = () => ({
    init: { first: { command: ['touch', 'started'] } },
    primary: { isolate: 'pid', command: 'true' },
  });
  const said =
    /primary cannot be isolated on this machine: .*No space left on device.*user\.max_user_namespaces/;

  test.each([['check'], ['up'], ['dev']])(
    '%s says so, and what to do, before anything starts',
    async (command) => {
      await using rig = await Rig.create(isolated);
      const { code, stdout, stderr } = await runToEnd([command], rig.project.folder, {}, WITHOUT_NAMESPACES);
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(said) });
      expect(existsSync(rig.project.path('started'))).toBe(false);
    },
  );

  test('a pod that asks for none runs, and so does one without the process that does', async () => {
    await using plain = await Rig.create(() => ({ primary: { command: 'exit 4' } }));
    const up = ['up', '--ui', 'plain'];
    expect((await runToEnd(up, plain.project.folder, {}, WITHOUT_NAMESPACES)).code).toBe(4);
    await using rig = await Rig.create(() => ({
      sidecars: { apart: { isolate: 'pid', command: 'sleep 1000' } },
      primary: { command: 'exit 5' },
    }));
    const without = [...up, '--without', 'apart'];
    expect((await runToEnd(without, rig.project.folder, {}, WITHOUT_NAMESPACES)).code).toBe(5);
  });

  test('doctor says that there are none, and why', async () => {
    await using rig = await Rig.create(isolated);
    const { stdout } = await runToEnd(['doctor', '--json'], rig.project.folder, {}, WITHOUT_NAMESPACES);
    expect(JSON.parse(stdout)).toMatchObject({
      isolation: null,
      isolationRefused: expect.stringContaining('user.max_user_namespaces'),
    });
  });

  test('a reload that brings an isolated process is refused, and the pod stays as it is', async () => {
    await using rig = await Rig.create(() => ({ primary: { command: 'exec sleep 1000' } }));
    await using run = new CommandLine(['up', '--ui', 'json'], rig.project.folder, {}, WITHOUT_NAMESPACES);
    const { pid } = await run.state('primary', 'ready');
    await rig.project.write(
      'sidecars.config.mjs',
      configFile({ primary: { isolate: 'pid', command: 'true' } }),
    );
    const { code, stderr } = await runToEnd(['reload'], rig.project.folder);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(said) });
    expect(isRunning(Number(pid))).toBe(true);
  });
});

test.runIf(onLinux)('an unshare that is too old is quoted', async () => {
  await using rig = await Rig.create(() => ({ primary: { isolate: 'pid', command: 'true' } }));
  await rig.project.write(
    'bin/unshare',
    '#!/bin/sh\necho "unshare: unrecognized option: $1" >&2; exit 1\n',
    0o755,
  );
  const PATH = `${rig.project.path('bin')}:${process.env['PATH']}`;
  const { code, stderr } = await runToEnd(['check'], rig.project.folder, { PATH });
  expect(code).toBe(1);
  expect(stderr).toContain("the system said 'unshare: unrecognized option:");
});

test.runIf(onLinux)('a reload isolates a process that was not, and back', async () => {
  const primary = { command: 'exec sleep 1000' };
  await using rig = await Rig.create(() => ({ primary }));
  await using run = rig.start('up');
  const pidsSeen = async (generation: number): Promise<unknown> => {
    const launches = () =>
      run.events.filter(
        ({ name, pid, state }) => name === 'primary' && pid !== undefined && state === 'starting',
      );
    await run.until(`launch ${generation}`, () => launches().length >= generation);
    return launches()[generation - 1]?.['pid'];
  };
  await pidsSeen(1);
  await rig.project.write('sidecars.config.mjs', configFile({ primary: { ...primary, isolate: 'pid' } }));
  expect((await rig.toEnd('reload')).stdout).toContain('primary restarts: its isolation changed');
  const holder = await pidsSeen(2);
  await eventually('it to be in a namespace', () => commandIn(Number(holder)) !== -1);
  expect(statusOf(commandIn(Number(holder)), 'NSpid').split(/\s/)).toHaveLength(
    statusOf(process.pid, 'NSpid').split(/\s/).length + 1,
  );
  await rig.project.write('sidecars.config.mjs', configFile({ primary }));
  await rig.toEnd('reload');
  const plain = await pidsSeen(3);
  expect(statusOf(Number(plain), 'NSpid')).toBe(String(plain));
  run.signal('SIGTERM');
  expect(await run.exitCode()).toBe(0);
});
