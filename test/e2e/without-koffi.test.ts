import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { NumberedOutput } from '../support/numbered-output.ts';
import { isAlive } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';

const numbered = [
  process.execPath,
  fileURLToPath(new URL('../support/numbered-lines.mjs', import.meta.url)),
  '200000',
];

const PROGRAM = `import { existsSync } from 'node:fs';
import { PodError, startPod } from './sidecarctl/dist/index.js';
const config = { sidecars: { repl: { command: 'true', tty: true } }, primary: { command: 'touch started' } };
const error = await startPod(config).catch((reason) => reason);
if (!(error instanceof PodError)) throw error;
const { failure, message } = error;
console.log(JSON.stringify({ ...failure, message, started: existsSync('started') }));
`;

/** The built command where no package is found from: as npm leaves it when an optional dependency has no build. */
const openProject = async (config: object): Promise<Project> => {
  const project = await Project.create({
    'sidecars.config.mjs': configFile({ name: 'shop', ...config }),
    'sidecarctl/package.json': '{"type":"module"}',
  });
  cpSync(dirname(CLI), project.path('sidecarctl/dist'), { recursive: true });
  return project;
};

const start = (project: Project): ChildProcess =>
  spawn(process.execPath, [project.path('sidecarctl/dist/cli.js'), 'up', '--ui', 'plain'], {
    cwd: project.folder,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const runToEnd = async (config: object) => {
  await using project = await openProject(config);
  const run = start(project);
  const seen = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    run[stream]?.setEncoding('utf8').on('data', (text) => {
      seen[stream] += text;
    });
  const [code] = await withDeadline('its end', once(run, 'close'));
  return { code, ...seen };
};

describe.runIf(process.platform === 'linux')('without koffi', () => {
  it('output is complete and in order', async () => {
    await using project = await openProject({ primary: { command: numbered } });
    const seen = new NumberedOutput();
    const run = start(project);
    run.stdout?.on('data', (chunk: Buffer) => seen.take(chunk));
    run.stderr?.resume();
    await withDeadline('its end', once(run, 'close'));
    expect(seen.wrong).toEqual([]);
    expect(Object.fromEntries(seen.counts)).toEqual({ primary: 200_000 });
  });

  it('/dev/stdout can be opened, and processes carry both marks', async () => {
    const script = 'echo hello >/dev/stdout; env; grep -i locks /proc/self/limits; exit 5';
    const { code, stdout } = await runToEnd({ primary: { command: script } });
    expect(code).toBe(5);
    expect(stdout).toContain('primary    | hello\n');
    expect(stdout).toMatch(/\| SIDECARCTL_RUN_[0-9A-F]{8}=primary\n/);
    expect(stdout).toMatch(/\| Max file locks +7\d{17} /);
  });

  it('stdin of a sidecar stays open, and is at its end for who asks for that', async () => {
    const { code, stdout } = await runToEnd({
      sidecars: {
        open: { command: 'cat; touch eof; exec sleep 300' },
        none: { command: 'cat; touch none; exec sleep 300', stdin: 'null' },
      },
      primary: { command: 'until [ -e none ]; do sleep 0.01; done; ls eof || echo open' },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('primary    | open\n');
  });

  it('a command that is not there ends with 127', async () => {
    const { code, stderr } = await runToEnd({ primary: { command: ['no-such-program'] } });
    expect(code).toBe(127);
    expect(stderr).toContain('command not found: no-such-program');
  });

  it('a program that asks for a terminal is told by its PodError what is not supported', async () => {
    await using project = await openProject({ primary: { command: 'true' } });
    await project.write('program.mjs', PROGRAM);
    const { stdout } = await promisify(execFile)(process.execPath, ['program.mjs'], {
      cwd: project.folder,
      env: cleanEnvironment(),
    });
    expect(JSON.parse(stdout)).toEqual({
      kind: 'unsupported',
      failures: [{ process: 'repl', engine: 'process', capability: 'tty', field: 'tty' }],
      message: expect.stringMatching(/^repl: .*tty.*koffi/),
      started: false,
    });
  });

  it('a supervisor that is killed leaves nothing behind', async () => {
    const script = 'setsid env -i /bin/sleep 1000 & echo $! >pid; wait';
    await using project = await openProject({ primary: { command: script } });
    const run = start(project);
    await eventually('the daemon', () => readPid(project) > 0);
    const daemon = readPid(project);
    run.kill('SIGKILL');
    await eventually('its end', () => !isAlive(daemon));
    const runs = project.path('.sidecarctl/runs');
    await eventually('the guard to be done', () => readdirSync(runs).length === 0);
  });
});

const readPid = (project: Project): number => {
  try {
    return Number(readFileSync(project.path('pid'), 'utf8'));
  } catch {
    return 0;
  }
};
