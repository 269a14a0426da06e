import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { CommandLine } from '../support/command-line.ts';
import { configFile, Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';
import { Steering } from '../support/steering.ts';
import { treeOf } from '../support/tree-of.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** A pod that leaves a trace as soon as any of it is started. */
const TRACING = configFile({
  name: 'pod',
  sidecars: { side: { command: 'touch side' } },
  primary: { command: 'touch started' },
});

const run = hostCommands();

/** The outcome of a command line that must start and write nothing, though there is a pod to start. */
const refused = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  runOne = run,
): Promise<Outcome> => {
  await using project = await Project.create({ 'sidecars.config.ts': TRACING });
  const outcome = await runOne(args, project.folder, env);
  expect(await treeOf(project.folder)).toEqual(['sidecars.config.ts']);
  return outcome;
};

describe('the version', () => {
  it.each(['--version', '-V', 'dev --version'])('is that of the package: %s', async (line) => {
    expect(await refused(line.split(' '), {}, runToEnd)).toEqual({
      code: 0,
      stdout: `${version}\n`,
      stderr: '',
    });
  });
});

describe('help', () => {
  it.each([['--help'], ['-h'], ['help']])('lists the commands, with examples: %s', async (arg) => {
    const { code, stdout, stderr } = await refused([arg], {}, arg === '--help' ? runToEnd : run);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const command of ['dev', 'up', 'run', 'check', 'graph']) {
      expect(stdout).toMatch(new RegExp(`^  ${command} .*\\w`, 'm'));
    }
    expect(stdout).toMatch(/^Examples:\n {2}\$ sidecarctl dev /m);
  });

  it.each(['dev', 'up', 'run', 'check', 'graph'])('for %s has its options and examples', async (command) => {
    const { code, stdout, stderr } = await refused([command, '--help']);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: sidecarctl ${command} `);
    expect(stdout).toContain('-c, --config <file>');
    expect(stdout).toMatch(new RegExp(`^Examples:\n {2}\\$ sidecarctl ${command}`, 'm'));
  });

  it('is what no command at all gets, as an error', async () => {
    const { code, stdout, stderr } = await refused([], {}, runToEnd);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: sidecarctl');
  });
});

describe('a command line that is wrong is refused with exit code 2', () => {
  it.each<readonly [what: string, args: readonly string[], says: readonly string[]]>([
    ['an unknown command', ['devv'], ["unknown command 'devv'", 'Did you mean dev?', 'sidecarctl --help']],
    ['an unknown option', ['dev', '--uii', 'json'], ["unknown option '--uii'", 'Did you mean --ui?']],
    [
      'an option of another command',
      ['check', '--ui', 'json'],
      ["unknown option '--ui'", 'sidecarctl check --help'],
    ],
    [
      'no id of a trace',
      ['traces', 'zzz'],
      ["sidecarctl: value 'zzz' is invalid for argument 'id'. Expected"],
    ],
    ['run without --', ['run'], ["'run' needs a command after '--'", 'sidecarctl run -- npm test']],
    ['run with -- and nothing', ['run', '--'], ["'run' needs a command after '--'"]],
    ['a command for run without --', ['run', 'true'], ['true']],
    ['an argument for dev without --', ['dev', 'foo'], ['foo']],
    ['an argument for check', ['check', 'foo'], ['foo']],
    ['an unknown kind of UI', ['dev', '--ui', 'gui'], ['--ui', 'gui', 'tui, plain, json']],
    ['an unknown format', ['graph', '--format', 'png'], ['png', 'tree, mermaid, dot, json']],
    ['an option without its value', ['dev', '--only'], ['--only']],
    ['a start timeout in words', ['dev', '--start-timeout', 'soon'], ['--start-timeout', 'soon', "'10s'"]],
    ['a start timeout without a unit', ['up', '--start-timeout', '1.5'], ['--start-timeout', '1.5']],
    ['a negative start timeout', ['run', '--start-timeout=-1s', '--', 'true'], ['--start-timeout', '-1s']],
    ['an unknown process to start', ['dev', '--only', 'sied'], ['--only', "'sied'", "'side'", 'primary']],
    ['an unknown process to leave out', ['up', '--without', 'x,y'], ["'x'", "'y'", 'side, primary']],
  ])('%s', async (_what, args, says) => {
    const { code, stdout, stderr } = await refused(args);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const words of says) expect(stderr).toContain(words);
    // A mistake in the config begins with its place.
    expect(stderr).toMatch(/^(sidecarctl: |\/.*sidecars\.config\.ts: )/);
    expect(stderr).not.toMatch(/^\s+at |^error: /m);
  });
});

describe('run -- COMMAND', () => {
  it('ends with the command’s exit code, with the sidecars up', async () => {
    await using project = await Project.create();
    await using steering = await Steering.open(project.folder);
    const env = { STEERING_SOCKET: steering.socketPath };
    await project.write(
      'sidecars.config.ts',
      configFile({
        sidecars: { side: { command: steering.command('side'), env, readiness: { notify: true } } },
        primary: { command: 'false' },
      }),
    );

    await using cli = new CommandLine(['run', '--ui', 'json', '--', 'sh', '-c', 'exit 5'], project.folder);
    const side = await steering.next('side');
    await side.notify('READY=1');

    expect(await cli.exitCode(), cli.transcript()).toBe(5);
    const states = cli.events
      .filter(({ type }) => type === 'process')
      .map(({ name, state }) => `${name} ${state}`);
    expect(states.indexOf('side ready')).toBeGreaterThan(-1);
    expect(states.indexOf('side ready')).toBeLessThan(states.indexOf('primary starting'));
    expect(side.signals).toEqual(['SIGTERM']);
  });

  it('leaves everything after -- to the command, options of ours too', async () => {
    await using project = await Project.create({ 'sidecars.config.ts': TRACING });
    const show = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];
    const args = ['--help', '--ui', 'tui', '--', '-c', 'x'];

    const { code, stdout, stderr } = await runToEnd(
      ['run', '--ui', 'plain', '--', process.execPath, ...show, ...args],
      project.folder,
    );

    expect(code, stderr).toBe(0);
    expect(stdout).toContain(JSON.stringify(args));
  });
});

describe('dev -- ARGS', () => {
  const ARGS = ['--port', '4000', 'two words', `it's "quoted"`, '$HOME `id` * \\', '', '--', '--help'];

  const argumentsSeen = async (
    form: (command: string[]) => string | string[],
  ): Promise<readonly string[]> => {
    await using project = await Project.create();
    await using steering = await Steering.open(project.folder);
    await project.write(
      'sidecars.config.ts',
      configFile({
        primary: {
          command: form(steering.command('primary')),
          env: { STEERING_SOCKET: steering.socketPath },
        },
      }),
    );
    await using cli = new CommandLine(['dev', '--ui', 'json', '--', ...ARGS], project.folder);
    const primary = await steering.next('primary');
    await primary.exit(0);
    expect(await cli.exitCode(), cli.transcript()).toBe(0);
    return primary.args;
  };

  it('are appended to a command that is a list', async () => {
    expect(await argumentsSeen((command) => [...command, 'own'])).toEqual(['own', ...ARGS]);
  });

  it('are appended to a command that is a line for the shell, each as it was given', async () => {
    expect(await argumentsSeen((command) => `exec ${command.join(' ')} own`)).toEqual(['own', ...ARGS]);
  });
});

describe('the start timeout', () => {
  it.each(['300ms', '300', '0.3s'])('may be given as %s', async (duration) => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({
        sidecars: { lazy: { command: ['sleep', '60'], readiness: { file: 'never' } } },
        primary: { command: 'touch started' },
      }),
    });

    const { code, stderr } = await runToEnd(
      ['up', '--ui', 'plain', '--start-timeout', duration],
      project.folder,
    );

    expect(code).toBe(1);
    expect(stderr).toContain('lazy');
    expect(await treeOf(project.folder)).not.toContain('started');
  });
});

describe('an old Node.js', () => {
  const claiming = (running: string) => {
    const code = `Object.defineProperty(process,'versions',{value:{...process.versions,node:'${running}'}})`;
    return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
  };

  it.each(['20.1.0', '22.21.1', '18.20.8'])('is told in one sentence what is needed: %s', async (running) => {
    const { code, stdout, stderr } = await refused(['dev'], claiming(running), runToEnd);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`sidecarctl needs Node.js 22.22 or newer; this is Node.js ${running}.\n`);
  });

  it('is not what 22.22.0 and all that came later are', async () => {
    for (const running of ['22.22.0', '23.0.0', '100.0.0']) {
      expect(await refused(['check'], claiming(running), runToEnd)).toMatchObject({ code: 0, stderr: '' });
    }
  });
});

describe('colour', () => {
  const ESCAPE = '\u001B[';
  const up = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { command: 'echo out; echo err >&2' } }),
    });
    const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain', ...args], project.folder, env);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('out');
    return stdout + stderr;
  };
  const problem = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile({ primary: { command: '' } }),
    });
    return (await run(['check', ...args], project.folder, env)).stderr;
  };

  it('is left out where there is no terminal', async () => {
    expect(await up([], {})).not.toContain(ESCAPE);
    expect(await problem([], {})).not.toContain(ESCAPE);
  });

  it('is there when FORCE_COLOR asks for it', async () => {
    expect(await up([], { FORCE_COLOR: '1' })).toContain(ESCAPE);
    expect(await problem([], { FORCE_COLOR: '1' })).toContain(ESCAPE);
  });

  it('is left out when NO_COLOR or --no-color asks for that', async () => {
    expect(await up([], { FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE);
    expect(await up(['--no-color'], { FORCE_COLOR: '1' })).not.toContain(ESCAPE);
    expect(await problem([], { FORCE_COLOR: '1', NO_COLOR: '1' })).not.toContain(ESCAPE);
    expect(await problem(['--no-color'], { FORCE_COLOR: '1' })).not.toContain(ESCAPE);
  });
});
