import { once } from 'node:events';
import { chmodSync, closeSync, openSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Child } from '../../../src/runtime/launch/child.ts';
import { type Libc, loadLibc } from '../../../src/runtime/native/libc.ts';
import { NativeStarter } from '../../../src/runtime/native/native-starter.ts';
import { readLocksLimit } from '../../../src/runtime/process-tree/proc-table.ts';
import { withDeadline } from '../../support/deadline.ts';
import { Project } from '../../support/project.ts';

const { PATH = '' } = process.env;

interface Ran {
  readonly pid: number;
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly locksLimit?: bigint;
  readonly notify?: boolean;
}

describe.runIf(process.platform === 'linux')('started without a fork', () => {
  let libc: Libc;
  let starter: NativeStarter;
  beforeAll(() => {
    const loaded = loadLibc();
    if (loaded === null) throw new Error('koffi, which npm ci installs, cannot be loaded');
    libc = loaded;
    starter = new NativeStarter(libc, null);
  });

  const ended = async (child: Child): Promise<readonly [number | null, string | null]> =>
    withDeadline('its end', once(child, 'exit') as Promise<[number | null, string | null]>);

  const startIn = (project: Project, file: string, args: readonly string[], given: Given = {}) => {
    const { env = { PATH }, locksLimit = null, notify = false } = given;
    const opened = ['out', 'err'].map((name) => openSync(project.path(name), 'w'));
    const descriptors = new Map([starter.nothing, ...opened].entries());
    const options = { cwd: project.folder, env, locksLimit, descriptors, notify };
    const started = starter.start({ file, args, verbatim: false }, options);
    for (const fd of opened) closeSync(fd);
    return started;
  };

  const run = async (file: string, args: readonly string[], given: Given = {}): Promise<Ran> => {
    await using project = await Project.create({});
    return await runIn(project, file, args, given);
  };

  const runIn = async (
    project: Project,
    file: string,
    args: readonly string[],
    given: Given = {},
  ): Promise<Ran> => {
    const started = startIn(project, file, args, given);
    if (!started.ok) throw new Error(`not started: ${await started.code}`);
    const [code, signal] = await ended(started.child);
    const [stdout, stderr] = ['out', 'err'].map((name) => readFileSync(project.path(name), 'utf8'));
    return { pid: started.pid, code, signal, stdout: stdout ?? '', stderr: stderr ?? '' };
  };

  const refusal = async (project: Project, file: string, args: readonly string[] = []) => {
    const started = startIn(project, file, args);
    if (started.ok) throw new Error('it was started');
    return started.code;
  };

  test('a program writes to the descriptors it is given, and reads nothing', async () => {
    const { stdout, stderr, code } = await run('/bin/sh', ['-c', 'cat; echo out; echo err >&2; exit 3']);
    expect([stdout, stderr, code]).toEqual(['out\n', 'err\n', 3]);
  });

  test('the signal that killed it is told by its name', async () => {
    const { code, signal } = await run('/bin/sh', ['-c', 'kill -TERM $$']);
    expect([code, signal]).toEqual([null, 'SIGTERM']);
  });

  test('it leads a session of its own', async () => {
    const { pid, stdout } = await run('/bin/sh', ['-c', 'read -r stat </proc/$$/stat; echo "$stat"']);
    const [group, session] = stdout
      .slice(stdout.lastIndexOf(')') + 2)
      .split(' ')
      .slice(2, 4);
    expect([group, session]).toEqual([`${pid}`, `${pid}`]);
  });

  test('no signal is ignored or blocked, though Node ignores SIGPIPE', async () => {
    const { stdout } = await run('grep', ['-E', '^Sig(Blk|Ign)', '/proc/self/status']);
    expect(stdout).toBe('SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n');
  });

  test('it has the environment it is given and no other, down to names that a shell would drop', async () => {
    const { stdout } = await run('env', [], { env: { PATH, 'a.b-c': 'x y', GREETING: 'grüß\n' } });
    expect(stdout).toBe(`PATH=${PATH}\na.b-c=x y\nGREETING=grüß\n\n`);
  });

  test('PWD is its folder where it has one', async () => {
    await using project = await Project.create({});
    const { stdout } = await runIn(project, 'env', [], { env: { PATH, PWD: '/elsewhere' } });
    expect(stdout).toBe(`PATH=${PATH}\nPWD=${project.folder}\n`);
  });

  test('no descriptor of this process goes with it', async () => {
    const held = libc.pipe();
    const { stdout } = await run('ls', ['-l', '/proc/self/fd']);
    const pipes = [held?.reading, held?.writing].map((fd) => ` ${fd} -> `);
    expect(pipes.filter((pipe) => stdout.includes(pipe))).toEqual([]);
    expect(stdout).toContain(' 0 -> /dev/null');
  });

  test('what it starts carries its limit, and this process does not', async () => {
    const before = readLocksLimit(process.pid);
    const script = 'env -i sh -c "ulimit -Sw 2>/dev/null || ulimit -Sx"';
    const { stdout } = await run('/bin/sh', ['-c', script], { locksLimit: 712345678900000001n });
    expect(stdout).toBe('712345678900000001\n');
    expect(readLocksLimit(process.pid)).toBe(before);
  });

  test('it is given two pipes to say by that it is ready', async () => {
    await using project = await Project.create({});
    const script = 'echo READY=1 >&3; echo garbage >&4; exec 3>&- 4>&-';
    const started = startIn(project, '/bin/sh', ['-c', script], { notify: true });
    if (!started.ok || started.notify === null) throw new Error('not started with pipes');
    const { plain, channel } = started.notify;
    const said = async (pipe: Readable): Promise<string> => (await pipe.toArray()).join('');
    const all = Promise.all([said(plain), said(channel), ended(started.child)]);
    expect((await withDeadline('both pipes to end', all)).slice(0, 2)).toEqual(['READY=1\n', 'garbage\n']);
  });

  test.each([
    ['another processor', '\u007fELFprogram\n'],
    ['another system', 'MZ\0\u0003program\n'],
  ])(
    'a program that is built for %s is refused, and no shell reads its bytes as commands',
    async (_, bytes) => {
      await using project = await Project.create({ app: bytes });
      chmodSync(project.path('app'), 0o755);
      expect(await refusal(project, './app')).toBe('ENOEXEC');
    },
  );

  test('a script without a first line that names its interpreter is the shell’s', async () => {
    await using project = await Project.create({ greet: 'echo "hello $1"\n' });
    chmodSync(project.path('greet'), 0o755);
    expect((await runIn(project, './greet', ['you'])).stdout).toBe('hello you\n');
  });

  test('what cannot be started is told by the code of its error', async () => {
    await using project = await Project.create({ plain: 'text', orphan: '#!/no/such/interpreter\n' });
    chmodSync(project.path('orphan'), 0o755);
    expect(await refusal(project, 'no-such-program')).toBe('ENOENT');
    expect(await refusal(project, './plain')).toBe('EACCES');
    expect(await refusal(project, './orphan')).toBe('ENOENT');
    expect(await refusal(project, 'true', ['x'.repeat(4_000_000)])).toBe('E2BIG');
    expect(await refusal(project, 'true', ['a\0b'])).toBe('EINVAL');
  });

  test('a descriptor that cannot be handed on fails the launch', async () => {
    await using project = await Project.create({});
    const taken = 1_000_000_000;
    const descriptors = new Map([
      [0, starter.nothing],
      [taken, starter.nothing],
    ]);
    const options = { cwd: project.folder, env: { PATH }, locksLimit: null, descriptors };
    const started = starter.start({ file: 'true', args: [], verbatim: false }, options);
    expect(started.ok ? 'it was started' : await started.code).toBe('EBADF');
  });

  test('all of many that end at once are heard of', async () => {
    const codes = Array.from({ length: 100 }, (_, code) => code);
    const ran = await Promise.all(codes.map((code) => run('/bin/sh', ['-c', `exit ${code}`])));
    expect(ran.map(({ code }) => code)).toEqual(codes);
  });
});
