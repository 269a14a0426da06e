import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ownIdentity } from '../../../src/runtime/process-tree/process-identity.ts';
import {
  findDeadRuns,
  isRunAlive,
  openStateFolder,
  recordRun,
  removeDeadRuns,
  removeRun,
  runFolderPath,
  type StateFolder,
} from '../../../src/runtime/state/state-folder.ts';
import { foldersToMake } from '../../../src/runtime/volumes/mounts.ts';
import type { Mount } from '../../../src/runtime/volumes/unlink-mount.ts';
import { bundled } from '../../support/bundle.ts';
import { inFull } from '../../support/in-full.ts';
import { deadPid, openState, preciousDirectory, temporaryFolder, writeRun } from '../volumes/support.ts';

const onLinux = process.platform === 'linux';

const AT_ONCE = inFull ? 200 : 20;

describe('the state folder', () => {
  test('is closed to others and ignores itself', async () => {
    const { path } = await openState();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('is invisible to git', async () => {
    const folder = temporaryFolder();
    spawnSync('git', ['init', '--quiet', folder]);
    await openState(folder);
    const { stdout } = spawnSync('git', ['-C', folder, 'status', '--porcelain'], { encoding: 'utf8' });
    expect(existsSync(join(folder, '.git'))).toBe(true);
    expect(stdout).toBe('');
  });

  test('is opened again as it is, but for what others were allowed', async () => {
    const folder = temporaryFolder();
    const path = join(folder, '.sidecarctl');
    mkdirSync(path, { mode: 0o755 });
    writeFileSync(join(path, '.gitignore'), '# mine\n');
    await openState(folder);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(path, '.gitignore'), 'utf8')).toBe('# mine\n');
  });

  test('cannot be made when a file is in its place', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '.sidecarctl'), '');
    const opened = await openStateFolder(folder);
    expect(opened).toMatchObject({ ok: false, failure: { kind: 'not-a-real-directory', found: 'a file' } });
  });

  test('that is a symlink is a failure, and nothing is written through it', async () => {
    const folder = temporaryFolder();
    const precious = preciousDirectory();
    symlinkSync(precious.path, join(folder, '.sidecarctl'));
    const opened = await openStateFolder(folder);
    expect(opened).toMatchObject({
      ok: false,
      failure: { kind: 'not-a-real-directory', found: `a symlink to ${precious.path}` },
    });
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test('is not written to through a symlink at its .gitignore', async () => {
    const folder = temporaryFolder();
    const elsewhere = join(temporaryFolder(), 'new-file');
    mkdirSync(join(folder, '.sidecarctl'));
    symlinkSync(elsewhere, join(folder, '.sidecarctl', '.gitignore'));
    await openState(folder);
    expect(existsSync(elsewhere)).toBe(false);
  });

  test('cannot be made in a folder that does not exist', async () => {
    const opened = await openStateFolder(join(temporaryFolder(), 'missing'));
    expect(opened).toMatchObject({ ok: false, failure: { kind: 'state-folder-unusable' } });
  });

  test('may lie in a folder that is reached through a symlink', async () => {
    const link = join(temporaryFolder(), 'project');
    symlinkSync(temporaryFolder(), link);
    const state = await openState(link);
    expect(state.path).toBe(join(link, '.sidecarctl'));
    expect(recordRun(state, { runId: 'one', name: 'shop', mounts: [] })).toBeNull();
    expect(await removeRun(state, 'one')).toBeNull();
    expect(readdirSync(join(state.path, 'runs'))).toEqual([]);
  });
});

describe('a run', () => {
  test('is recorded with its supervisor and its mounts', async () => {
    const state = await openState();
    const mounts = [{ path: '/somewhere/logs', target: '/elsewhere/logs' }];
    expect(recordRun(state, { runId: 'one', name: 'shop', mounts })).toBeNull();
    const folder = runFolderPath(state.path, 'one');
    expect(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))).toEqual({
      version: 1,
      ...ownIdentity(),
      pid: process.pid,
      startTime: onLinux ? expect.any(Number) : null,
      name: 'shop',
      mounts,
      folders: [],
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      madeIn: { inode: `${statSync(folder).ino}`, born: expect.stringMatching(/^\d+$/) },
    });
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual(['run.json']);
    expect(isRunAlive(state, 'one')).toBe(true);
  });

  test.runIf(onLinux)('carries the start time that ps and the kernel go by', async () => {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    expect(ownIdentity().startTime).toBe(Number(stat.split(') ').at(-1)?.split(' ')[19]));
  });

  test('that cannot be recorded is a failure', async () => {
    const state = await openState();
    writeFileSync(join(state.path, 'runs'), '');
    const failure = recordRun(state, { runId: 'one', name: 'shop', mounts: [] });
    expect(failure).toMatchObject({ kind: 'not-a-real-directory', found: 'a file' });
  });

  test('that is recorded already stays as it is', async () => {
    const state = await openState();
    recordRun(state, { runId: 'one', name: 'first', mounts: [] });
    expect(recordRun(state, { runId: 'one', name: 'second', mounts: [] })?.kind).toBe('run-not-recorded');
    expect(readFileSync(join(runFolderPath(state.path, 'one'), 'run.json'), 'utf8')).toContain('first');
  });

  test('is removed with all that is in it, and removing it again is fine', async () => {
    const state = await openState();
    recordRun(state, { runId: 'one', name: 'shop', mounts: [] });
    mkdirSync(join(runFolderPath(state.path, 'one'), 'volumes', 'logs', 'deep'), { recursive: true });
    expect(await removeRun(state, 'one')).toBeNull();
    expect(readdirSync(join(state.path, 'runs'))).toEqual([]);
    expect(await removeRun(state, 'one')).toBeNull();
  });

  test('can be recorded by many at once while others clear up, and none is lost', async () => {
    const state = await openState();
    const runIds = Array.from({ length: AT_ONCE }, (_, index) => `run-${index}`);
    const outcomes = await Promise.all(
      runIds.map(async (runId) => {
        const recorded = recordRun(state, { runId, name: 'shop', mounts: [] });
        return [recorded, ...(await removeDeadRuns(state)).failures];
      }),
    );
    expect(outcomes.flat().filter((failure) => failure !== null)).toEqual([]);
    expect(readdirSync(join(state.path, 'runs'))).toHaveLength(AT_ONCE);
  }, 60_000);
});

describe('clearing up after dead supervisors', () => {
  test('removes what they left and nothing else', async () => {
    const state = await openState();
    const pid = await deadPid();
    writeRun(state, 'dead', { pid });
    writeRun(state, 'alive');
    const kept = new Set([runFolderPath(state.path, 'dead')]);
    expect(await removeDeadRuns(state, kept)).toEqual({ removed: [], failures: [] });
    expect(await removeDeadRuns(state)).toEqual({ removed: ['dead'], failures: [] });
    expect(readdirSync(join(state.path, 'runs'))).toEqual(['alive']);
  });

  test.runIf(onLinux)('tells a recycled pid from the supervisor that had it', async () => {
    const state = await openState();
    writeRun(state, 'recycled', { startTime: (ownIdentity().startTime ?? 0) - 1 });
    expect(isRunAlive(state, 'recycled')).toBe(false);
    expect((await removeDeadRuns(state)).removed).toEqual(['recycled']);
  });

  test.runIf(onLinux)('takes a supervisor that its parent never waited for as dead', async () => {
    const state = await openState();
    // The shell becomes `sleep`, which knows nothing of the child it inherited and never waits for it.
    const parent = spawn('/bin/sh', ['-c', 'exec 3<&0; read -r line <&3 & echo $!; exec sleep 60'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [line] = await once(parent.stdout, 'data');
    const pid = Number(line);
    const statOf = () => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
    parent.stdin.write('\n');
    await expect.poll(() => statOf()[0]).toBe('Z');
    writeRun(state, 'zombie', { pid, startTime: Number(statOf()[19]) });
    expect((await removeDeadRuns(state)).removed).toEqual(['zombie']);
  });

  test('takes a supervisor without a known start time as alive while its pid is', async () => {
    const state = await openState();
    writeRun(state, 'old', { startTime: null });
    expect(await removeDeadRuns(state)).toEqual({ removed: [], failures: [] });
  });

  test('removes their mounts, unless by now they lead elsewhere', async () => {
    const state = await openState();
    const mountFolder = join(state.configFolder, 'mounts');
    mkdirSync(mountFolder);
    const target = join(runFolderPath(state.path, 'dead'), 'volumes', 'logs');
    const [ours, moved, file] = ['ours', 'moved', 'file'].map((name) => join(mountFolder, name)) as [
      string,
      string,
      string,
    ];
    const mounts = [ours, moved, file, join(mountFolder, 'missing')].map((path) => ({ path, target }));
    writeRun(state, 'dead', { pid: await deadPid(), mounts });
    symlinkSync(target, ours);
    symlinkSync(mountFolder, moved);
    writeFileSync(file, 'the user put it here');
    expect(await removeDeadRuns(state)).toEqual({ removed: ['dead'], failures: [] });
    expect(readdirSync(mountFolder)).toEqual(['file', 'moved']);
  });

  test('removes the folders made on the way to mounts, where they are empty', async () => {
    const state = await openState();
    const at = (path: string): string => join(state.realConfigFolder, path);
    const folders = foldersToMake([{ path: at('made/on/way/mnt') }, { path: at('used/mnt') }]);
    expect(folders).toEqual(['made', 'made/on', 'made/on/way', 'used'].map(at));
    mkdirSync(at('made/on/way'), { recursive: true });
    mkdirSync(at('used'));
    writeFileSync(at('used/file'), 'the user put it here');
    writeRun(state, 'dead', { pid: await deadPid(), folders });
    expect(await removeDeadRuns(state)).toEqual({ removed: ['dead'], failures: [] });
    expect(readdirSync(state.realConfigFolder).sort()).toEqual(['.sidecarctl', 'used']);
  });

  test('removes no folder that is reached through a symlink', async () => {
    const state = await openState();
    const elsewhere = temporaryFolder();
    mkdirSync(join(elsewhere, 'empty'));
    const made = join(state.realConfigFolder, 'made');
    symlinkSync(elsewhere, made);
    writeRun(state, 'dead', { pid: await deadPid(), folders: [made, join(made, 'empty')] });
    expect(await removeDeadRuns(state)).toEqual({ removed: ['dead'], failures: [] });
    expect(readdirSync(elsewhere)).toEqual(['empty']);
    expect(existsSync(made)).toBe(true);
  });

  describe('by a record', () => {
    const deadRun = async (state: StateFolder, mounts: readonly Mount[], isCopied = false): Promise<void> => {
      const folder = writeRun(state, '00c0ffee', { pid: await deadPid(), startTime: 1, mounts });
      if (!isCopied) return;
      renameSync(folder, `${folder}.original`);
      cpSync(`${folder}.original`, folder, { recursive: true });
      rmSync(`${folder}.original`, { recursive: true });
    };

    test.runIf(onLinux)('that was copied here, as by a checkout, no process is ended', async () => {
      const state = await openState();
      await deadRun(state, []);
      expect(findDeadRuns(state)).toMatchObject([{ runId: '00c0ffee' }]);
      await deadRun(state, [], true);
      expect(findDeadRuns(state)).toEqual([]);
    });

    test.each([
      ['that was written here', false, 1],
      ['that was copied here', true, 2],
    ])('%s only the mounts that must be its own are removed', async (_, isCopied, left) => {
      const state = await openState();
      const precious = preciousDirectory();
      const outside = temporaryFolder();
      const own = { path: join(outside, 'own'), target: join(state.path, 'runs/00c0ffee/volumes/v') };
      const foreign = { path: join(outside, 'foreign'), target: precious.path };
      for (const { path, target } of [own, foreign]) symlinkSync(target, path);
      await deadRun(state, [own, foreign], isCopied);
      expect(await removeDeadRuns(state)).toEqual({ removed: ['00c0ffee'], failures: [] });
      expect(readdirSync(outside)).toHaveLength(left);
      expect(precious.files()).toEqual(['thesis.txt']);
    });

    test('a link in the folder to what is none of its volumes stays where the record was copied', async () => {
      const state = await openState();
      const precious = preciousDirectory();
      const path = join(state.configFolder, 'docs');
      symlinkSync(precious.path, path);
      await deadRun(state, [{ path, target: precious.path }], true);
      await removeDeadRuns(state);
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
    });

    test('nothing is removed through a folder of the project that leads out of it', async () => {
      const state = await openState();
      const precious = preciousDirectory();
      symlinkSync('thesis.txt', join(precious.path, 'link'));
      symlinkSync(precious.path, join(state.configFolder, 'var'));
      const path = join(state.configFolder, 'var', 'link');
      await deadRun(state, [{ path, target: join(state.configFolder, 'var', 'thesis.txt') }]);
      await removeDeadRuns(state);
      expect(precious.files()).toEqual(['link', 'thesis.txt']);
    });
  });

  test('unlinks symlinks inside a volume and does not follow them', async () => {
    const state = await openState();
    const precious = preciousDirectory();
    const folder = writeRun(state, 'dead', { pid: await deadPid() });
    symlinkSync(precious.path, join(folder, 'volumes', 'logs'));
    mkdirSync(join(folder, 'volumes', 'data'));
    symlinkSync(precious.path, join(folder, 'volumes', 'data', 'inner'));
    expect(await removeDeadRuns(state)).toEqual({ removed: ['dead'], failures: [] });
    expect(precious.files()).toEqual(['thesis.txt']);
  });

  test('removes the pieces of a run whose recording or removal was cut short', async () => {
    const state = await openState();
    mkdirSync(join(state.path, 'runs', `.${await deadPid()},1,,,,half`), { recursive: true });
    const { pid, startTime } = ownIdentity();
    const unfinished = `.${pid},${startTime ?? ''},,,,unfinished`;
    const elsewhere = `.${await deadPid()},1,4026530000,,,elsewhere`;
    for (const name of [unfinished, elsewhere]) mkdirSync(join(state.path, 'runs', name));
    expect((await removeDeadRuns(state)).failures).toEqual([]);
    expect(readdirSync(join(state.path, 'runs')).sort()).toEqual([unfinished, elsewhere].sort());
  });

  test.each(['%E0', '%', 'caf\u00e9%zz'])(
    'takes a folder of others for what it is: a host called %s',
    async (host) => {
      const state = await openState();
      const name = `.${await deadPid()},1,,,${host},half`;
      mkdirSync(join(state.path, 'runs', name), { recursive: true });
      expect((await removeDeadRuns(state)).failures).toEqual([]);
      expect(readdirSync(join(state.path, 'runs'))).toEqual([]);
    },
  );

  test.each(['', '{"version":1', '{"version":2,"pid":1,"startTime":1,"mounts":[]}', '{"version":1,"pid":1}'])(
    'reports a run whose record it cannot read, and leaves it: %s',
    async (content) => {
      const state = await openState();
      const folder = writeRun(state, 'unknown', { pid: await deadPid() });
      writeFileSync(join(folder, 'run.json'), content);
      const { removed, failures } = await removeDeadRuns(state);
      expect(removed).toEqual([]);
      expect(failures).toMatchObject([{ kind: 'run-record-unreadable', path: folder }]);
      expect(existsSync(folder)).toBe(true);
      expect(isRunAlive(state, 'unknown')).toBe(true);
    },
  );

  test('twice at the same time is as good as once', async () => {
    const state = await openState();
    const pid = await deadPid();
    for (let index = 0; index < 50; index += 1) writeRun(state, `dead-${index}`, { pid });
    const outcomes = await Promise.all([removeDeadRuns(state), removeDeadRuns(state)]);
    expect(outcomes.flatMap(({ failures }) => failures)).toEqual([]);
    expect(readdirSync(join(state.path, 'runs'))).toEqual([]);
  });

  test('does nothing when there was never a run', async () => {
    expect(await removeDeadRuns(await openState())).toEqual({ removed: [], failures: [] });
  });

  test.runIf(onLinux && process.getuid?.() === 0)('reports what this user may not remove', async () => {
    const state = await openState();
    const folder = writeRun(state, 'dead', { pid: await deadPid() });
    // A run of root's, such as one that was started with sudo, in a folder of somebody else's.
    for (const own of [state.configFolder, state.path, join(state.path, 'runs')])
      chownSync(own, 65_534, 65_534);
    const script = await bundled(
      fileURLToPath(new URL('../volumes/remove-dead-runs-child.ts', import.meta.url)),
    );
    const child = spawnSync(process.execPath, [script, state.configFolder], {
      uid: 65_534,
      encoding: 'utf8',
    });
    expect(JSON.parse(child.stdout)).toMatchObject({ removed: [], failures: [{ kind: 'not-removed' }] });
    expect(existsSync(folder)).toBe(false);
    expect(await removeDeadRuns(state)).toMatchObject({ failures: [] });
    expect(readdirSync(join(state.path, 'runs'))).toEqual([]);
  });

  describe('deletes nothing', () => {
    test('when the state folder has become a symlink', async () => {
      const state = await openState();
      const pid = await deadPid();
      writeRun(state, 'dead', { pid });
      const moved = join(temporaryFolder(), 'moved');
      renameSync(state.path, moved);
      symlinkSync(moved, state.path);
      const { removed, failures } = await removeDeadRuns(state);
      expect(removed).toEqual([]);
      expect(failures).toMatchObject([{ kind: 'not-a-real-directory', path: state.path }]);
      expect(await removeRun(state, 'dead')).toMatchObject({ kind: 'not-a-real-directory' });
      expect(existsSync(join(moved, 'runs', 'dead', 'run.json'))).toBe(true);
    });

    test('when the folder of the runs has become a symlink', async () => {
      const state = await openState();
      const other = await openState();
      writeRun(other, 'dead', { pid: await deadPid() });
      symlinkSync(join(other.path, 'runs'), join(state.path, 'runs'));
      expect((await removeDeadRuns(state)).failures).toMatchObject([{ kind: 'not-a-real-directory' }]);
      expect(readdirSync(join(other.path, 'runs'))).toEqual(['dead']);
    });

    test('when a run has become a symlink', async () => {
      const state = await openState();
      const precious = preciousDirectory();
      recordRun(state, { runId: 'one', name: 'shop', mounts: [] });
      const folder = runFolderPath(state.path, 'one');
      rmSync(folder, { recursive: true });
      symlinkSync(precious.path, folder);
      expect(await removeRun(state, 'one')).toMatchObject({ kind: 'not-a-real-directory', path: folder });
      expect((await removeDeadRuns(state)).failures).toMatchObject([
        { kind: 'not-a-real-directory', path: folder },
      ]);
      expect(lstatSync(folder).isSymbolicLink()).toBe(true);
      expect(precious.files()).toEqual(['thesis.txt']);
    });

    test('when the symlink to the config folder leads elsewhere by now', async () => {
      const link = join(temporaryFolder(), 'project');
      const [before, after] = [temporaryFolder(), temporaryFolder()];
      symlinkSync(before, link);
      const state = await openState(link);
      rmSync(link);
      symlinkSync(after, link);
      const elsewhere = await openState(after);
      writeRun(elsewhere, 'dead', { pid: await deadPid() });
      expect((await removeDeadRuns(state)).failures).toMatchObject([{ kind: 'not-a-real-directory' }]);
      expect(readdirSync(join(elsewhere.path, 'runs'))).toEqual(['dead']);
    });
  });
});
