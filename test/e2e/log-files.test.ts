import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI, CommandLine, cleanEnvironment } from '../support/command-line.ts';
import { withDeadline } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const GENERATOR = fileURLToPath(new URL('../support/numbered-lines.mjs', import.meta.url));
const numbered = (lines: number) => [process.execPath, GENERATOR, String(lines)];

const openProject = (config: object): Promise<Project> =>
  Project.create({ 'sidecars.config.mjs': configFile({ name: 'shop', ...config }) });

const logsOf = async (project: Project, process: string): Promise<string[]> =>
  (await readdir(project.path('.sidecarctl/logs', process))).filter((name) => name.endsWith('.log')).sort();

const logText = async (project: Project, process: string): Promise<string> => {
  const [first = 'none'] = await logsOf(project, process);
  return readFile(project.path('.sidecarctl/logs', process, first), 'latin1');
};

/** `sidecarctl up` that may write no file longer than this. */
const upWithFileLimit = (project: Project, kilobytes: number) => {
  const line = `ulimit -f ${kilobytes}; exec '${process.execPath}' '${CLI}' up --ui plain`;
  return spawn('bash', ['-c', line], {
    cwd: project.folder,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

describe('log files', () => {
  it('hold what each process wrote, stdout and stderr, under the time and the id of the run', async () => {
    await using project = await openProject({
      init: { seed: { command: 'echo seeded; echo warned >&2' }, quiet: { command: ['true'] } },
      primary: { command: 'printf unfinished' },
    });
    expect((await runToEnd(['up', '--ui', 'plain'], project.folder)).code).toBe(0);
    expect((await logText(project, 'seed')).split('\n').sort()).toEqual(['', 'seeded', 'warned']);
    expect(await logText(project, 'primary')).toBe('unfinished\n');
    expect((await readdir(project.path('.sidecarctl/logs'))).sort()).toEqual(['.runs', 'primary', 'seed']);
    expect((await logsOf(project, 'seed'))[0]).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}\.log$/);
  });

  it('are complete and in order, and of a flood the newest is kept', async () => {
    await using project = await openProject({ primary: { command: numbered(300_000) } });
    await runToEnd(['up', '--ui', 'plain'], project.folder);
    const [older, newer, current] = await logsOf(project, 'primary').then((names) => [
      names.find((name) => name.endsWith('.2.log')),
      names.find((name) => name.endsWith('.1.log')),
      names.find((name) => !/\.\d\.log$/.test(name)),
    ]);
    const texts = await Promise.all(
      [older, newer, current].map((name) =>
        readFile(project.path('.sidecarctl/logs/primary', name ?? 'missing'), 'latin1'),
      ),
    );
    const numbers = texts
      .join('')
      .trim()
      .split('\n')
      .map((line) => Number(line.slice(0, 9)));
    const [first = -1] = numbers;
    expect(numbers.length).toBeGreaterThan(200_000);
    expect(numbers).toEqual(Array.from({ length: 300_000 - first }, (_, index) => first + index));
  });

  it('begin a new line when a process is restarted', async () => {
    const command = `if [ -e second ]; then echo two; sleep 600; else touch second; printf one; fi`;
    await using project = await openProject({
      sidecars: { twice: { command } },
      primary: { command: ['sleep', '600'], dependsOn: [] },
    });
    await using run = new CommandLine(['up', '--ui', 'plain'], project.folder);
    await run.output(/two/);
    run.signal('SIGTERM');
    await run.exit();
    expect(await logText(project, 'twice')).toBe('one\ntwo\n');
  });

  it('of five runs are kept', async () => {
    await using project = await openProject({ primary: { command: 'echo run' } });
    for (let run = 0; run < 7; run++) await runToEnd(['up', '--ui', 'plain'], project.folder);
    expect(await logsOf(project, 'primary')).toHaveLength(5);
  });

  it('that cannot be written any more cost one message, and not the pod', async () => {
    await using project = await openProject({ primary: { command: numbered(20_000) } });
    const run = upWithFileLimit(project, 256);
    let [stdout, stderr] = ['', ''];
    run.stdout.on('data', (chunk) => (stdout += chunk));
    run.stderr.on('data', (chunk) => (stderr += chunk));
    const [code] = await withDeadline('sidecarctl to end', once(run, 'close'), () => stderr);
    expect({ code, lines: stdout.split('\n').length - 1 }).toEqual({ code: 0, lines: 20_000 });
    expect(stderr.match(/is no longer written to .*EFBIG/g)).toHaveLength(1);
  });

  it('that have no folder cost one message, and not the pod', async () => {
    await using project = await openProject({ primary: { command: 'echo one; sleep 0.1; echo two' } });
    await project.write('.sidecarctl/logs', 'in the way');
    const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'primary    | one\nprimary    | two\n' });
    expect(stderr.match(/is no longer written to/g)).toHaveLength(1);
  });

  it('have every line that was shown, even when sidecarctl is killed in the middle of a flood', async () => {
    await using project = await openProject({ primary: { command: numbered(100_000_000) } });
    const run = spawn(process.execPath, [CLI, 'up', '--ui', 'plain'], {
      cwd: project.folder,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let shown = '';
    for await (const chunk of run.stdout) {
      shown += chunk;
      if (shown.length > 5e6) run.kill('SIGKILL');
    }
    const last = shown.slice(0, shown.lastIndexOf('\n')).split('\n').at(-1) ?? '';
    const kept = await Promise.all(
      (await logsOf(project, 'primary')).map((name) =>
        readFile(project.path('.sidecarctl/logs/primary', name), 'latin1'),
      ),
    );
    expect(kept.join('')).toContain(`${last.slice(last.indexOf('| ') + 2)}\n`);
  });
});

/** Whether the tests may mount: in containers root often may not. */
const canMount = (folder: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

describe('a full disk', () => {
  it('costs log files and one message, and not the pod', async ({ skip }) => {
    await using project = await openProject({ primary: { command: numbered(20_000) } });
    await project.write('.sidecarctl/logs/placeholder', '');
    const mounted = project.path('.sidecarctl/logs');
    if (!canMount(mounted)) return skip('mounting is not allowed here');
    try {
      const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);
      expect({ code, lines: stdout.split('\n').length - 1 }).toEqual({ code: 0, lines: 20_000 });
      expect(stderr.match(/is no longer written to .*ENOSPC/g)).toHaveLength(1);
    } finally {
      execFileSync('umount', [mounted]);
    }
  });
});
