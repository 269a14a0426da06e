import { describe, expect, it } from 'vitest';
import { configFile, Project } from '../support/project.ts';
import { type Outcome, runToEnd } from '../support/run-to-end.ts';
import { treeOf } from '../support/tree-of.ts';

const FILE = 'sidecars.config.ts';
/** Whatever is started leaves a trace in the folder. */
const command = 'touch started';
const primary = (fields: object = {}) => ({ primary: { command, ...fields } });
const withSidecars = (sidecars: object, fields: object = {}) => ({ sidecars, ...primary(fields) });

interface Refusal {
  readonly project: Project;
  /** What was said, a line for each problem, without the file. */
  readonly lines: readonly string[];
}

/** What is said of a config that nothing may come of: not a process, not a folder, not a line on stdout. */
const refusalOf = async (
  files: Readonly<Record<string, string>>,
  args: readonly string[] = ['dev', '--ui', 'json'],
): Promise<Outcome & Refusal> => {
  await using project = await Project.create(files);
  const before = await treeOf(project.folder);
  const outcome = await runToEnd(args, project.folder);
  expect(outcome).toMatchObject({ code: 2, stdout: '' });
  expect(await treeOf(project.folder)).toEqual(before);
  // A stack would mean that a failure was not foreseen.
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  const lines = outcome.stderr
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(project.folder, '<folder>'));
  return { ...outcome, project, lines };
};

/** The problems of a config, each without the file that it must name. */
const problemsOf = async (config: object): Promise<readonly string[]> => {
  const { lines } = await refusalOf({ [FILE]: configFile(config) });
  for (const line of lines) expect(line).toMatch(/^<folder>\/sidecars\.config\.ts: /);
  return lines.map((line) => line.replace(`<folder>/${FILE}: `, ''));
};

const bomb = (levels: number): string => {
  const lists = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
  );
  return ['l0: &l0 [x]', ...lists, 'primary: { command: "true" }'].join('\n');
};

describe('a config is refused like any other when it', () => {
  it.each<[what: string, text: string, says: string, file?: string]>([
    ['throws no error', 'throw 1', 'failed while loading: it threw 1'],
    ['throws what cannot be shown', 'throw Object.create(null)', 'it threw something that cannot be shown'],
    ['throws nothing', 'throw undefined', 'it threw undefined'],
    [
      'throws an error that throws',
      'class E extends Error { get message() { throw 1 } get stack() { throw 2 } get code() { throw 3 } } throw new E()',
      'cannot be shown',
    ],
    [
      'throws with a stack of its own',
      'const e = new Error("x"); e.stack = "Error: x\\n    at file:///%2Fx:1:1"; throw e',
      'failed while loading: x',
    ],
    ['has a getter that throws', 'export default { get primary() { throw 1 } }', 'it threw 1'],
    [
      'is a proxy that throws',
      'export default new Proxy({}, { getPrototypeOf() { throw new Error("trapped") } })',
      'trapped',
    ],
    ['is a promise that is rejected', 'export default Promise.reject(new Error("nope"))', 'nope'],
    [
      'leaves a rejected promise behind',
      'Promise.reject(new Error("left")); export default { primary: { command: "touch started" } }',
      'left',
    ],
    [
      'throws later',
      'setTimeout(() => { throw new Error("later") }); await new Promise((done) => setTimeout(done, 1e6))',
      'later',
    ],
    ['never settles', 'await new Promise(() => {})', 'never finishes loading'],
    [
      'is a function that never settles',
      'export default () => new Promise(() => {})',
      'never finishes loading',
    ],
    ['ends the process', 'process.exit(0)', 'process.exit(0) was called'],
    ['ends the process at once', 'process.reallyExit(0)', 'process.reallyExit(0) was called'],
    [
      'ends the process in its function',
      'export default () => process.exit(0)',
      'process.exit(0) was called',
    ],
    ['refers to itself', 'const a = {}; a.a = a; export default a', 'refers to itself'],
    [
      'has a value that throws when it is shown',
      'export default { primary: { command: new (class { toJSON() { throw 1 } }) } }',
      'expected a command',
    ],
    [
      'gives a value that throws',
      'export default { primary: { command: () => ({ get x() { throw new Error("given") } }) } }',
      'given',
    ],
    [
      'has a function that throws what cannot be shown',
      'export default { primary: { command: () => { throw Object.create(null) } } }',
      'cannot be shown',
    ],
    ['is a bomb of aliases', bomb(12), 'more than 1,000,000 values', 'sidecars.config.yaml'],
    ['is an alias of itself', 'primary: &p { env: *p }', 'refers to itself', 'sidecars.config.yaml'],
    ['is nested without end', '['.repeat(100_000), 'sidecars.config.yaml', 'sidecars.config.yaml'],
    ['is nested without end, in JSON', '['.repeat(1e5) + ']'.repeat(1e5), 'nested', 'sidecars.config.json'],
    ['is far too large', `# ${'x'.repeat(17 * 1024 * 1024)}`, 'larger than 16 MiB', 'sidecars.config.yaml'],
  ])('%s', async (_what, text, says, file = 'sidecars.config.mjs') => {
    const { stderr } = await refusalOf({ [file]: text });
    expect(stderr).toContain(says);
  });

  it('prints without end, with no more than 1 MiB of that, and nothing on stdout', async () => {
    const text = 'for (let i = 0; i < 3e4; i += 1) console.log("x".repeat(99)); throw new Error("done")';
    const { stderr } = await refusalOf({ 'sidecars.config.mjs': text });
    expect(stderr.length).toBeLessThan(1024 * 1024 + 1_000);
    expect(stderr).toContain('failed while loading: done');
  });
});

type Case = readonly [what: string, config: object, field: string, says: readonly string[]];

/** One problem, at that field, with all these words. */
const expectProblem = async (config: object, field: string, says: readonly string[]): Promise<void> => {
  const problems = await problemsOf(config);
  expect(problems).toHaveLength(1);
  const [problem = ''] = problems;
  expect(problem.slice(0, problem.indexOf(': '))).toBe(field);
  for (const words of says) expect(problem).toContain(words);
};

describe('a field that is wrong', () => {
  it.each<Case>([
    ['an unknown field of the pod', { ...primary(), sidecar: {} }, 'sidecar', ["'sidecars'", 'volumes']],
    ['an unknown field of a process', primary({ comand: 'x' }), 'primary.comand', ["'command'", 'dependsOn']],
    [
      'an unknown field of a probe',
      primary({ readiness: { tcp: 1, perod: 1 } }),
      'primary.readiness.perod',
      ["'period'", 'timeout'],
    ],
    ['a wrong type', primary({ essential: 'yes' }), 'primary.essential', ["'yes'", 'true or false']],
    ['a list in place of an object', primary({ env: ['A=1'] }), 'primary.env', ['["A=1"]', 'variables']],
    ['an unknown word', primary({ restart: 'allways' }), 'primary.restart', ["'allways'", "'always'"]],
    ['an object as variable', primary({ env: { A: { b: 1 } } }), 'primary.env.A', ['{"b":1}', 'a string']],
    [
      'no command',
      withSidecars({ redis: {} }),
      'sidecars.redis.command',
      ['missing', 'a line for the shell'],
    ],
    ['an empty command', primary({ command: '' }), 'primary.command', ["''", 'a line for the shell']],
    ['an empty list as command', primary({ command: [] }), 'primary.command', ['[]', 'list of program and']],
    [
      'a duration without a unit',
      primary({ readiness: { tcp: 1, period: '10' } }),
      'primary.readiness.period',
      ["'10'", "'250ms', '10s', '5m'"],
    ],
    ['a duration in words', { ...primary(), stop: { grace: 'soon' } }, 'stop.grace', ["'soon'", "'10s'"]],
    ['a negative duration', primary({ preStop: { sleep: -1 } }), 'primary.preStop.sleep', ['-1', "'10s'"]],
    ['port 0', primary({ ports: { http: 0 } }), 'primary.ports.http', ['0', '1 to 65535', "'auto'"]],
    ['port 65536', primary({ ports: { http: 65_536 } }), 'primary.ports.http', ['65536', '1 to 65535']],
    [
      'half a restart limit',
      primary({ restart: { limit: { restarts: 1 } } }),
      'primary.restart.limit.within',
      ['missing', "'10s'"],
    ],
    [
      'a condition that does not exist',
      withSidecars({ redis: { command } }, { dependsOn: { redis: 'up' } }),
      'primary.dependsOn.redis',
      ["'up'", "'started'", "'ready'", "'completed'"],
    ],
    ['readiness true', primary({ readiness: true }), 'primary.readiness', ['true', 'a probe, or false']],
    [
      'a volume as a path',
      { ...primary(), volumes: { logs: './logs' } },
      'volumes.logs',
      ["'./logs'", '{ path:'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('the error names what is wrong with a name:', () => {
  const label = 'lower-case letters, digits and inner hyphens';

  it.each<Case>([
    ['capitals', withSidecars({ Redis: { command } }), 'sidecars.Redis', ["'Redis'", label]],
    ['an underscore', withSidecars({ my_db: { command } }), 'sidecars.my_db', ["'my_db'", label]],
    ['a hyphen at its end', primary({ name: 'web-' }), 'primary.name', ["'web-'", label]],
    ['64 letters', withSidecars({ ['a'.repeat(64)]: { command } }), `sidecars.${'a'.repeat(64)}`, ['63']],
    ['of a port', primary({ ports: { HTTP: 80 } }), 'primary.ports.HTTP', ["'HTTP'", label]],
    ['of a volume', { ...primary(), volumes: { a_b: {} } }, 'volumes.a_b', ["'a_b'", label]],
  ])('%s', (_what, config, field, says) => expectProblem(config, field, says));

  it('a name that is there twice', async () => {
    const problems = await problemsOf({
      init: { web: { command } },
      sidecars: { web: { command }, primary: { command } },
      ...primary(),
    });

    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^sidecars\.web: .*'web' is taken by init\.web/);
    expect(problems[1]).toMatch(/^primary: .*'primary' is taken by sidecars\.primary/);
  });
});

describe('dependencies that are wrong', () => {
  it.each<Case>([
    [
      'a process that does not exist',
      withSidecars({ redis: { command } }, { dependsOn: ['rediss'] }),
      'primary.dependsOn[0]',
      ["'rediss'", "Did you mean 'redis'", 'There are: redis'],
    ],
    [
      'a process that does not exist, in an object',
      withSidecars({ redis: { command, dependsOn: { postgres: 'ready' } } }),
      'sidecars.redis.dependsOn.postgres',
      ["'postgres'", 'There are: primary'],
    ],
    [
      'itself',
      withSidecars({ redis: { command, dependsOn: ['redis'] } }),
      'sidecars.redis.dependsOn[0]',
      ["'redis' cannot depend on itself"],
    ],
    [
      'a circle, which is named',
      withSidecars({
        hen: { command, dependsOn: ['egg'] },
        egg: { command, dependsOn: ['nest'] },
        nest: { command, dependsOn: ['hen'] },
      }),
      'sidecars.nest.dependsOn[0]',
      ['hen → egg → nest → hen'],
    ],
    [
      'a circle through the primary',
      withSidecars({ proxy: { command, dependsOn: ['primary'] } }, { dependsOn: ['proxy'] }),
      'primary.dependsOn[0]',
      ['proxy → primary → proxy'],
    ],
    [
      'an init task that waits for the primary',
      { init: { seed: { command, dependsOn: ['primary'] } }, ...primary() },
      'init.seed.dependsOn[0]',
      ["the primary 'primary'", 'only a sidecar can'],
    ],
    [
      'the completion of what is always restarted',
      withSidecars({ redis: { command } }, { dependsOn: { redis: 'completed' } }),
      'primary.dependsOn.redis',
      ["'redis' never completes", 'always restarted'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('ports and volumes that are wrong', () => {
  it.each<Case>([
    [
      'one fixed port twice',
      withSidecars({ a: { command, ports: { main: 4321 } } }, { ports: { http: 4321 } }),
      'primary.ports.http',
      ['port 4321 on 127.0.0.1', 'sidecars.a.ports.main'],
    ],
    [
      'a volume that is not declared',
      { volumes: { logs: {} }, ...primary({ mounts: { logz: 'var/log' } }) },
      'primary.mounts.logz',
      ["'logz'", "Did you mean 'logs'", 'There are: logs'],
    ],
    [
      'a volume where none is declared',
      primary({ mounts: { logs: 'var/log' } }),
      'primary.mounts.logs',
      ["'logs'", 'None are defined here'],
    ],
    [
      'a volume that persists and has a path',
      { volumes: { data: { persist: true, path: 'data' } }, ...primary() },
      'volumes.data',
      ['persist or path, not both'],
    ],
    [
      'two volumes at one place',
      { volumes: { a: {}, b: {} }, ...primary({ mounts: { a: 'var/x', b: './var/x' } }) },
      'primary.mounts.b',
      ["'./var/x'", 'primary.mounts.a'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('probes, hooks and signals that are wrong', () => {
  const targets = 'http, tcp, exec, grpc, log, file, notify';

  it.each<Case>([
    [
      'an unknown port in a TCP probe',
      primary({ ports: { main: 'auto' }, readiness: { tcp: 'mian' } }),
      'primary.readiness.tcp',
      ["'mian'", "Did you mean 'main'", 'There are: main'],
    ],
    [
      'no port for a path',
      primary({ readiness: { http: '/healthz' } }),
      'primary.readiness.http',
      ['no TCP port'],
    ],
    [
      'two targets',
      primary({ startup: { tcp: 1, http: 'http://127.0.0.1/' } }),
      'primary.startup',
      [targets, 'http and tcp'],
    ],
    ['no target', primary({ readiness: { period: '1s' } }), 'primary.readiness', [targets, 'none']],
    [
      'a log line for liveness',
      primary({ liveness: { log: 'up' } }),
      'primary.liveness.log',
      ['startup and readiness'],
    ],
    [
      'no failure allowed',
      primary({ readiness: { tcp: 1, failureThreshold: 0 } }),
      'primary.readiness.failureThreshold',
      ['0', 'a whole number from 1'],
    ],
    [
      'two successes for liveness',
      primary({ liveness: { tcp: 1, successThreshold: 2 } }),
      'primary.liveness.successThreshold',
      ['2', 'must be 1 for liveness'],
    ],
    [
      'two successes for startup',
      primary({ startup: { tcp: 1, successThreshold: 2 } }),
      'primary.startup.successThreshold',
      ['2', 'must be 1 for startup'],
    ],
    [
      'a grace for readiness',
      primary({ readiness: { tcp: 1, grace: '1s' } }),
      'primary.readiness.grace',
      ['startup and liveness'],
    ],
    [
      'a hook with two actions',
      primary({ preStop: { http: 'http://127.0.0.1/', sleep: 1 } }),
      'primary.preStop',
      ['http, sleep', 'http and sleep'],
    ],
    [
      'a signal that does not exist',
      primary({ stop: { signal: 'SIGTREM' } }),
      'primary.stop.signal',
      ["'SIGTREM'", "Did you mean 'SIGTERM'"],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

describe('the error names a file or folder that is missing:', () => {
  const absent = async (config: object, field: string, what: string): Promise<void> => {
    const { stderr, project } = await refusalOf({ [FILE]: configFile(config) });
    expect(stderr).toBe(
      `${project.path(FILE)}: ${field}: there is no ${what.replace('<folder>', project.folder)}.\n`,
    );
  };

  it('the pod’s env file', () => absent({ envFile: '.env', ...primary() }, 'envFile', 'file <folder>/.env'));

  it('a process’s env file', () =>
    absent(
      primary({ envFile: [{ path: 'a.env', required: false }, './b.env'] }),
      'primary.envFile',
      'file <folder>/b.env',
    ));

  it('a cwd', () => absent(primary({ cwd: 'app' }), 'primary.cwd', 'folder <folder>/app'));
});

describe('references that are wrong', () => {
  const wired = (fields: object) => ({
    volumes: { logs: {} },
    ...withSidecars({ redis: { command, ports: { main: 'auto' } } }, fields),
  });

  it.each<Case>([
    [
      'an unknown port in a string',
      wired({ env: { REDIS: 'redis://127.0.0.1:${ports.redis.mian}' } }),
      'primary.env.REDIS',
      ["'ports.redis.mian'", "Did you mean 'ports.redis.main'", 'volumes.logs'],
    ],
    [
      'an unknown process in a list',
      wired({ command: ['app', '--port', '${ports.rediss.main}'] }),
      'primary.command[2]',
      ["'ports.rediss.main'", "Did you mean 'ports.redis.main'"],
    ],
    [
      'an unknown volume in a line for the shell',
      wired({ command: 'touch ${volumes.logz}/x' }),
      'primary.command',
      ["'volumes.logz'", "Did you mean 'volumes.logs'"],
    ],
    [
      'an unknown port that a function reads',
      wired({
        env: ({ ports }: { ports: { redis: Record<string, number> } }) => ({ A: ports.redis['mian'] }),
      }),
      'primary.env',
      ["'ports.redis.mian'", "Did you mean 'ports.redis.main'"],
    ],
    [
      'a variable that is not set',
      wired({ env: { DIR: '${env.SIDECARCTL_NOT_SET}/x' } }),
      'primary.env.DIR',
      ["'SIDECARCTL_NOT_SET' is not set"],
    ],
    [
      'a shell’s variable where no shell reads',
      wired({ env: { DIR: '${HOME}/x' } }),
      'primary.env.DIR',
      ['${HOME}', '${env.HOME}', '$${HOME}'],
    ],
    [
      'a shell’s variable in a list',
      wired({ command: ['echo', '${HOME}'] }),
      'primary.command[1]',
      ['${HOME}', '${env.HOME}'],
    ],
    [
      'a brace that is not closed',
      wired({ cwd: '${volumes.logs' }),
      'primary.cwd',
      ["'${volumes.logs'", '$${'],
    ],
    [
      'a function that throws',
      wired({
        command: () => {
          throw new Error('no luck');
        },
      }),
      'primary.command',
      ['the function failed', 'no luck'],
    ],
    [
      'a function that returns nothing',
      wired({ command: () => undefined }),
      'primary.command',
      ['undefined', 'shell'],
    ],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));

  it('but a line for the shell keeps what is the shell’s', async () => {
    await using project = await Project.create({
      [FILE]: configFile(
        wired({ command: `set -- a b; echo "$# \${2} \${HOME:+home}" '$\${ports.redis.main}'` }),
      ),
    });

    const { code, stdout, stderr } = await runToEnd(
      ['up', '--ui', 'plain', '--without', 'redis'],
      project.folder,
    );

    expect(code, stderr).toBe(0);
    expect(stdout).toContain('2 b home ${ports.redis.main}');
  });
});

describe('what is not supported yet', () => {
  it.each<Case>([
    ['tty', withSidecars({ shell: { command, tty: true } }), 'sidecars.shell.tty', ['not supported yet']],
  ])('named in the error: %s', (_what, config, field, says) => expectProblem(config, field, says));
});

it('all that is wrong with a file is said at once', async () => {
  const problems = await problemsOf({
    volumes: { logs: {} },
    sidecars: {
      redis: { command, ports: { main: 'auto' }, readiness: { tcp: 'mian' } },
      shipper: { command, mounts: { logz: 'x' }, dependsOn: ['rediss'] },
    },
    primary: {
      command,
      envFile: '.env',
      cwd: 'app',
      tty: true,
      env: { A: '${B}' },
      stop: { signal: 'SIGTREM' },
    },
  });

  const fields = problems.map((problem) => problem.slice(0, problem.indexOf(': ')));
  expect(fields.toSorted()).toEqual([
    'primary.cwd',
    'primary.env.A',
    'primary.envFile',
    'primary.stop.signal',
    'primary.tty',
    'sidecars.redis.readiness.tcp',
    'sidecars.shipper.dependsOn[0]',
    'sidecars.shipper.mounts.logz',
  ]);
});

it.each([['dev'], ['up'], ['run', '--', 'touch', 'ran'], ['check'], ['graph']])(
  'every command refuses a wrong config with the same words: %s',
  async (...args) => {
    const { lines } = await refusalOf(
      { [FILE]: configFile(primary({ essential: 'yes' })) },
      args.filter(Boolean),
    );

    expect(lines).toEqual([`<folder>/${FILE}: primary.essential: is 'yes'; expected true or false.`]);
  },
);

describe('the error says why a file cannot be loaded:', () => {
  /** Where, and what is said of it. */
  const loading = async (file: string, text: string): Promise<string> => {
    const { lines } = await refusalOf({ [file]: text });
    expect(lines).toHaveLength(1);
    return lines[0] ?? '';
  };

  it('TypeScript with a syntax error, with line and column', async () => {
    const text = `import { defineConfig } from 'sidecarctl';\n\nexport default defineConfig({\n  primary: { command: 'x',, },\n});\n`;

    expect(await loading(FILE, text)).toMatch(/^<folder>\/sidecars\.config\.ts:4:27: syntax error: .*,/);
  });

  it('JavaScript with a syntax error, with line and column', async () => {
    const text = 'export default {\n  primary: { command: "x",, },\n};\n';

    expect(await loading('sidecars.config.mjs', text)).toMatch(
      /^<folder>\/sidecars\.config\.mjs:2:27: syntax error: .*','/,
    );
  });

  it.each<readonly [what: string, text: string]>([
    ['enum', 'enum Mode { Fast }'],
    ['namespace', 'namespace Shop { export const port = 1; }'],
    ['parameter property', 'class Shop { constructor(readonly port: number) {} }'],
  ])('TypeScript that is more than types: %s', async (what, text) => {
    const line = await loading(
      FILE,
      `const a: number = 1;\n  ${text}\nexport default { primary: { command: 'x' } };\n`,
    );

    // Which column is Node's own choice, but it is not that of the line's indentation.
    expect(line).toMatch(/^<folder>\/sidecars\.config\.ts:2:(?![12]:)\d+: /);
    expect(line).toContain(what);
    expect(line).toContain('a config cannot use');
  });

  it('it has no default export', async () => {
    const line = await loading(FILE, 'export const config = {};\n');

    expect(line).toMatch(
      /^<folder>\/sidecars\.config\.ts: has no default export: .*export default defineConfig/,
    );
  });

  it('that throws while it is loaded, with the place', async () => {
    const line = await loading(
      FILE,
      `const port: number = 1;\nthrow new Error('no luck');\nexport default { port };\n`,
    );

    expect(line).toMatch(/^<folder>\/sidecars\.config\.ts:2:\d+: failed while loading: no luck/);
  });

  it('its function throws, with the place', async () => {
    const line = await loading(FILE, `export default async () => {\n  throw new Error('no luck');\n};\n`);

    expect(line).toMatch(/^<folder>\/sidecars\.config\.ts:2:\d+: the config function failed: no luck/);
  });

  it('that imports what is not there', async () => {
    const line = await loading(
      FILE,
      `import './absent.ts';\nexport default { primary: { command: 'x' } };\n`,
    );

    expect(line).toMatch(/^<folder>\/sidecars\.config\.ts: failed while loading: .*absent\.ts/);
  });

  it('YAML with a syntax error, with the line', async () => {
    const line = await loading('sidecars.config.yaml', 'primary:\n  command: [node\n  env: {}\n');

    expect(line).toMatch(/^<folder>\/sidecars\.config\.yaml:3:\d+: syntax error: \w/);
  });

  it('JSON with a syntax error, with line and column', async () => {
    const line = await loading('sidecars.config.json', '{\n  "primary": { "command": "x", }\n}\n');

    expect(line).toMatch(/^<folder>\/sidecars\.config\.json:2:32: syntax error: \w/);
  });

  it('its export is not an object', async () => {
    expect(await loading(FILE, `export default 'npm start';\n`)).toMatch(
      /^<folder>\/sidecars\.config\.ts: .*'npm start'.*an object with primary/,
    );
  });
});

describe('the error names a config file that', () => {
  const other = { 'package.json': '{"name":"app"}' };

  it('-c names and that is missing', async () => {
    const { stderr, project } = await refusalOf(other, ['dev', '-c', 'pods/night.ts']);

    expect(stderr).toBe(`${project.path('pods', 'night.ts')}: there is no such file.\n`);
  });

  it('-c names and that is of an unknown kind', async () => {
    const { stderr, project } = await refusalOf({ 'night.toml': '' }, ['dev', '-c', 'night.toml']);

    expect(stderr).toContain(`${project.path('night.toml')}: `);
    expect(stderr).toContain('.ts, .mts, .js, .mjs, .cjs, .json, .yaml or .yml');
    expect(stderr).toContain("'.toml'");
  });

  it('anywhere, and it is said where it was looked for', async () => {
    const { stderr, project } = await refusalOf(other);

    expect(stderr).toContain('no config found');
    expect(stderr).toContain(project.folder);
    expect(stderr).toContain('every folder above');
    for (const name of [
      'sidecars.config.{ts,mts,js,mjs,cjs,json,yaml,yml}',
      '.sidecarsrc',
      'package.json#sidecars',
    ]) {
      expect(stderr).toContain(name);
    }
  });
});

it.each(['--only', '--without'])(
  'an unknown name in %s is refused, with the nearest right one',
  async (option) => {
    const config = withSidecars({ redis: { command }, shipper: { command } });

    const { lines } = await refusalOf({ [FILE]: configFile(config) }, ['dev', option, 'rediss,shipper,x']);

    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(`${option}: `);
    expect(lines[0]).toContain("'rediss'. Did you mean 'redis'? There are: redis, shipper, primary.");
    expect(lines[1]).toContain("'x'");
  },
);
