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

describe('a config is refused like any other when it', () => {
  it.each<[what: string, text: string, says: string]>([
    ['throws what cannot be shown', 'throw Object.create(null)', 'it threw something that cannot be shown'],
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
  ])('%s', async (_what, text, says) => {
    const { stderr } = await refusalOf({ 'sidecars.config.mjs': text });
    expect(stderr).toContain(says);
  });

  it('prints without end, with no more than 1 MiB of that, and nothing on stdout', async () => {
    const text = 'for (let i = 0; i < 3e4; i += 1) console.log("x".repeat(99)); throw new Error("done")';
    const { stderr } = await refusalOf({ 'sidecars.config.mjs': text });
    expect(stderr.length).toBeLessThan(1024 * 1024 + 1_000);
    expect(stderr).toContain('failed while loading: done');
  });
});

it('a line for the shell keeps what is the shell’s', async () => {
  await using project = await Project.create({
    [FILE]: configFile(
      primary({ command: `set -- a b; echo "$# \${2} \${HOME:+home}" '$\${ports.redis.main}'` }),
    ),
  });

  const { code, stdout, stderr } = await runToEnd(['up', '--ui', 'plain'], project.folder);

  expect(code, stderr).toBe(0);
  expect(stdout).toContain('2 b home ${ports.redis.main}');
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

  it('YAML with a syntax error, with the line', async () => {
    const line = await loading('sidecars.config.yaml', 'primary:\n  command: [node\n  env: {}\n');

    expect(line).toMatch(/^<folder>\/sidecars\.config\.yaml:3:\d+: syntax error: \w/);
  });
});

describe('the error names a config file that', () => {
  const other = { 'package.json': '{"name":"app"}' };

  it('-c names and that is missing', async () => {
    const { stderr, project } = await refusalOf(other, ['dev', '-c', 'pods/night.ts']);

    expect(stderr).toBe(`${project.path('pods', 'night.ts')}: there is no such file.\n`);
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
