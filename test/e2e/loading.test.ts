import { chown } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { CommandLine } from '../support/command-line.ts';
import { Nobody } from '../support/nobody.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const run = hostCommands();

/** What a config says of itself: `graph` writes its name, and reads everything else on the way to it. */
const loadedName = async (
  cwd: string,
  args: readonly string[] = [],
  runOne: typeof runToEnd = run,
): Promise<unknown> => {
  const outcome = await runOne(['graph', '--format', 'json', ...args], cwd);
  expect(outcome, outcome.stderr).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(outcome.stdout).name;
};

const named = (name: string) => ({ name, primary: { command: ['node', 'app.js'] } });
const data = (name: string) => JSON.stringify(named(name));
const yaml = (name: string) => `# a pod\nname: ${name}\nprimary:\n  command: [node, app.js]\n`;
const esm = (name: string) => `export default ${data(name)};\n`;
const typed = (name: string) => `const pod: { name: string } = { name: '${name}' };
export default { ...pod, primary: { command: 'x' } } satisfies object as unknown;\n`;

describe('a config is read from', () => {
  it.each<readonly [file: string, text: string]>([
    ['sidecars.config.ts', typed('it')],
    ['sidecars.config.mts', typed('it')],
    ['sidecars.config.js', esm('it')],
    ['sidecars.config.mjs', esm('it')],
    ['sidecars.config.cjs', `module.exports = ${data('it')};\n`],
    ['sidecars.config.json', JSON.stringify({ $schema: 'sidecarctl/schema.json', ...named('it') })],
    ['sidecars.config.yaml', yaml('it')],
    ['sidecars.config.yml', yaml('it')],
    ['.sidecarsrc', yaml('it')],
    ['.sidecarsrc.json', data('it')],
    ['.sidecarsrc.yaml', yaml('it')],
    ['.sidecarsrc.ts', typed('it')],
    ['.sidecarsrc.cjs', `module.exports = ${data('it')};\n`],
    ['package.json', JSON.stringify({ name: 'other', sidecars: named('it') })],
  ])('%s', async (file, text) => {
    await using project = await Project.create({ [file]: text });

    expect(await loadedName(project.folder)).toBe('it');
  });

  it('a .sidecarsrc that holds JSON', async () => {
    await using project = await Project.create({ '.sidecarsrc': data('it') });

    expect(await loadedName(project.folder)).toBe('it');
  });

  it('JavaScript in a package of either kind', async () => {
    await using project = await Project.create({
      'esm/package.json': '{"type":"module"}',
      'esm/sidecars.config.js': esm('esm'),
      'cjs/package.json': '{"type":"commonjs"}',
      'cjs/sidecars.config.js': `module.exports = ${data('cjs')};\n`,
    });

    expect(await loadedName(project.path('esm'))).toBe('esm');
    expect(await loadedName(project.path('cjs'))).toBe('cjs');
  });
});

describe('a user without HOME and without an entry in the user database', () => {
  // Only root can become another user; as anybody else, HOME alone is taken away.
  it.each(['sidecars.config.yaml', 'sidecars.config.ts'])('can run a pod of %s', async (file) => {
    using nobody = Nobody.create();
    await using project = await Project.create({ [file]: file.endsWith('ts') ? typed('it') : yaml('it') });
    await nobody.own(project);
    const { words, user } = nobody.command;
    const unknown = user === undefined ? {} : { user: { uid: 60_123, gid: user.gid } };
    const bare = { words: ['/usr/bin/env', '-i', 'PATH=/usr/bin:/bin', ...words] as const, ...unknown };
    if (user !== undefined) await chown(project.folder, 60_123, user.gid);

    const graph = await runToEnd(['graph', '--format', 'json'], project.folder, {}, bare);
    expect(graph.stderr).toBe('');
    expect(JSON.parse(graph.stdout).name).toBe('it');
    const run = await runToEnd(['run', '--ui', 'plain', '--', 'true'], project.folder, {}, bare);
    expect(run.code, run.stderr).toBe(0);
  });
});

describe.skipIf(process.platform === 'win32')('a folder with a backslash in its name', () => {
  it('can hold a config in YAML, whose watching is said to be impossible, and none in code', async () => {
    await using project = await Project.create({
      'we\\ird/sidecars.config.yaml': 'primary: { command: exec sleep 300, watch: [src] }\n',
      'we\\ird/code.ts': typed('it'),
    });
    const folder = project.path('we\\ird');

    const { code, stderr } = await runToEnd(['check', '-c', 'code.ts'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain('Rename the folder, or write the config in YAML or JSON.');
    const dev = new CommandLine(['dev', '--ui', 'plain'], folder);
    await dev.output(/files of primary are not watched: .*we.+ird.* has a backslash in its name/, 'stderr');
    dev.signal('SIGTERM');
    await dev.exit();
  });
});

describe('the search', () => {
  it('goes upwards, and the nearest config wins', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': typed('far'),
      'shop/.sidecarsrc.json': data('near'),
      'shop/src/deep/x': '',
      'other/x': '',
    });

    expect(await loadedName(project.path('shop', 'src', 'deep'))).toBe('near');
    expect(await loadedName(project.path('other'))).toBe('far');
  });

  it('is told of where it has led upwards, and not where the config is at hand or named', async () => {
    await using project = await Project.create({
      'sidecars.config.json': JSON.stringify({ primary: { command: 'true' } }),
      'a/b/x': '',
    });
    const told = async (folder: string, ...args: string[]) => {
      const { stderr } = await runToEnd(['up', '--ui', 'plain', ...args], project.path(folder));
      return /^sidecarctl: using the config .*$/m.exec(stderr)?.[0];
    };

    expect(await told('a/b')).toBe('sidecarctl: using the config ../../sidecars.config.json');
    expect(await told('.')).toBeUndefined();
    expect(await told('a/b', '-c', '../../sidecars.config.json')).toBeUndefined();
  });

  it('passes a package.json by that has no sidecars', async () => {
    await using project = await Project.create({
      'sidecars.config.json': data('above'),
      'app/package.json': '{"name":"app"}',
      'broken/package.json': '{"name":',
    });

    expect(await loadedName(project.path('app'))).toBe('above');
    expect(await loadedName(project.path('broken'))).toBe('above');
  });

  it('takes sidecars.config before .sidecarsrc before package.json', async () => {
    await using project = await Project.create({
      'package.json': JSON.stringify({ sidecars: named('package') }),
    });

    expect(await loadedName(project.folder)).toBe('package');
    await project.write('.sidecarsrc', yaml('rc'));
    expect(await loadedName(project.folder)).toBe('rc');
    await project.write('sidecars.config.json', data('config'));
    expect(await loadedName(project.folder)).toBe('config');
  });

  it('begins in --cwd', async () => {
    await using project = await Project.create({
      'sidecars.config.json': data('here'),
      'there/sidecars.config.json': data('there'),
    });

    expect(await loadedName(project.folder, ['--cwd', 'there'])).toBe('there');
    expect(await loadedName(project.path('there'), ['--cwd', '..'])).toBe('here');
  });
});

describe('-c FILE', () => {
  it('names the config, whatever it is called', async () => {
    await using project = await Project.create({
      'sidecars.config.json': data('found'),
      'pods/night.ts': typed('named'),
    });

    expect(await loadedName(project.folder, ['-c', 'pods/night.ts'])).toBe('named');
    expect(await loadedName(project.folder, ['--config', project.path('pods', 'night.ts')])).toBe('named');
  });

  it('is relative to --cwd', async () => {
    await using project = await Project.create({ 'pods/night.yaml': yaml('night') });

    expect(await loadedName(project.folder, ['--cwd', 'pods', '-c', 'night.yaml'])).toBe('night');
  });

  it('may name a package.json', async () => {
    await using project = await Project.create({
      'app/package.json': JSON.stringify({ sidecars: named('app') }),
    });

    expect(await loadedName(project.folder, ['-c', 'app/package.json'])).toBe('app');
  });
});

describe('a config that is a function', () => {
  const withContext = `import { defineConfig } from 'sidecarctl';
export default defineConfig(async ({ mode, env, args }) => {
  await new Promise((resolve) => setImmediate(resolve));
  const command = ['node', '-p', 'JSON.stringify(process.env.SEEN)'];
  return { primary: { command, env: { SEEN: JSON.stringify({ mode, who: env.WHO, args }) } } };
});
`;

  it.each<readonly [args: readonly string[], context: object]>([
    [['dev'], { mode: 'dev', who: 'ann', args: [] }],
    [['up', '--', '--trace-uncaught', 'a b'], { mode: 'up', who: 'ann', args: ['--trace-uncaught', 'a b'] }],
    [
      ['run', '--', process.execPath, '-p', 'JSON.stringify(process.env.SEEN)'],
      { mode: 'run', who: 'ann', args: [process.execPath, '-p', 'JSON.stringify(process.env.SEEN)'] },
    ],
  ])('is told how it is used: %s', async (args, context) => {
    await using project = await Project.create({ 'sidecars.config.ts': withContext });
    const [command = '', ...rest] = args;

    await using cli = new CommandLine([command, '--ui', 'json', ...rest], project.folder, { WHO: 'ann' });

    expect(await cli.exitCode(), cli.transcript()).toBe(0);
    const line = cli.events.find((event) => event.type === 'log')?.['line'];
    expect(JSON.parse(JSON.parse(String(line)))).toEqual(context);
  });

  it.each(['check', 'graph'])('is told of %s too', async (command) => {
    await using project = await Project.create({
      'sidecars.config.mjs': `export default ({ mode }) => ({ name: 'in-' + mode, primary: { command: ['node'] } });\n`,
    });

    const { code, stdout } = await run([command], project.folder);

    expect(code).toBe(0);
    expect(stdout).toContain(`in-${command}`);
  });

  it('may import more while it runs', async () => {
    await using project = await Project.create({
      'sidecars.config.mts': `export default async () => {
  const { defineConfig } = await import('sidecarctl');
  const { name } = await import('./name.ts');
  return defineConfig({ name, primary: { command: 'x' } });
};\n`,
      'name.ts': `export const name: string = 'late';\n`,
    });

    expect(await loadedName(project.folder)).toBe('late');
  });
});

describe('import of sidecarctl', () => {
  it.each(['sidecars.config.ts', 'sidecars.config.mjs'])(
    'works in %s where it is not installed',
    async (file) => {
      await using project = await Project.create({ [file]: configFile(named('typed')) });

      expect(await loadedName(project.folder, [], runToEnd)).toBe('typed');
    },
  );

  it('works by require and from a file that the config imports', async () => {
    await using project = await Project.create({
      'required/sidecars.config.cjs': `module.exports = require('sidecarctl').defineConfig(${data('required')});\n`,
      'imported/sidecars.config.ts': `export { default } from './pods/shop.ts';\n`,
      'imported/pods/shop.ts': configFile(named('imported')),
    });

    expect(await loadedName(project.path('required'), [], runToEnd)).toBe('required');
    expect(await loadedName(project.path('imported'), [], runToEnd)).toBe('imported');
  });

  it('means the copy that the project has installed', async () => {
    await using project = await Project.create({
      'sidecars.config.ts': configFile(named('own')),
      'node_modules/sidecarctl/package.json': '{"name":"sidecarctl","type":"module","exports":"./index.js"}',
      'node_modules/sidecarctl/index.js': `export const defineConfig = (config) => ({ ...config, name: 'installed' });\n`,
    });

    expect(await loadedName(project.folder, [], runToEnd)).toBe('installed');
  });
});

describe('the folder of the config is', () => {
  const report = `const { cwd, env } = process; console.log(JSON.stringify({ cwd: cwd(), file: env.FROM_FILE }));\n`;
  const folders = {
    'pods/values.env': 'FROM_FILE=values\n',
    'pods/work/report.mjs': report,
    'pods/report.mjs': report,
    'elsewhere/x': '',
  };

  const reported = async (config: object): Promise<{ folder: string; seen: unknown }> => {
    await using project = await Project.create({ ...folders, 'pods/night.ts': configFile(config) });
    await using cli = new CommandLine(
      ['up', '--ui', 'json', '-c', '../pods/night.ts'],
      project.path('elsewhere'),
    );
    expect(await cli.exitCode(), cli.transcript()).toBe(0);
    const line = cli.events.find((event) => event.type === 'log')?.['line'];
    return { folder: project.folder, seen: JSON.parse(String(line)) };
  };

  it('the working directory of its processes', async () => {
    const { folder, seen } = await reported({
      envFile: 'values.env',
      primary: { command: ['node', 'report.mjs'] },
    });

    expect(seen).toEqual({ cwd: `${folder}/pods`, file: 'values' });
  });

  it('where their own cwd and env files start from', async () => {
    const primary = { command: 'node report.mjs', cwd: 'work', envFile: './values.env' };

    const { folder, seen } = await reported({ primary });

    expect(seen).toEqual({ cwd: `${folder}/pods/work`, file: 'values' });
  });

  it('where the pod gets its name from', async () => {
    await using project = await Project.create({
      'night-shop/sidecars.config.json': JSON.stringify({ primary: { command: 'x' } }),
    });

    expect(await loadedName(project.folder, ['-c', 'night-shop/sidecars.config.json'])).toBe('night-shop');
  });
});

describe('--cwd', () => {
  it('is where the command works, as if it had been started there', async () => {
    await using project = await Project.create({
      'there/sidecars.config.mjs': `import { basename } from 'node:path';
export default { name: basename(process.cwd()), primary: { command: 'x' } };\n`,
    });

    expect(await loadedName(project.folder, ['--cwd', 'there'])).toBe('there');
  });

  it('must exist: a misspelt one does not lead to the config above it', async () => {
    await using project = await Project.create({ 'sidecars.config.json': data('above') });

    const { code, stdout, stderr } = await run(['graph', '--cwd', 'thre'], project.folder);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("argument 'thre' is invalid. No such folder.");
  });
});
