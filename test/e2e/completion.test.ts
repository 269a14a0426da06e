import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hostCommands } from '../support/command-host.ts';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { WAIT_LIMIT_MS } from '../support/deadline.ts';
import { isInstalled } from '../support/installed.ts';
import { configFile, Project } from '../support/project.ts';

const CONFIG = configFile({
  sidecars: {
    redis: { command: 'true', description: 'keeps: everything' },
    shipper: { command: 'true' },
  },
  primary: { name: 'shop', command: 'true' },
});

/** A folder with a config, and the command on the PATH as it would be installed. */
const createProject = async (): Promise<Project> => {
  const project = await Project.create({
    'sidecars.config.ts': CONFIG,
    'other/pod.json': '{ "primary": { "name": "night", "command": "true" } }',
    'bin/sidecarctl': `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`,
  });
  await chmod(project.path('bin/sidecarctl'), 0o755);
  return project;
};

const run = hostCommands();

/** What is offered for the last of the words. */
const offered = async (project: Project, words: readonly string[]): Promise<string[]> => {
  const { code, stdout, stderr } = await run(['__complete', '--', ...words], project.folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0] ?? '');
};

describe('completion', () => {
  it.each<readonly [words: readonly string[], candidates: readonly string[]]>([
    [['che'], ['check']],
    [['help', 'gra'], ['graph']],
    [['--ver'], ['--version']],
    [['graph', '--for'], ['--format']],
    [
      ['graph', '--format', ''],
      ['tree', 'mermaid', 'dot', 'json'],
    ],
    [['graph', '--format=m'], ['--format=mermaid']],
    [['dev', '--ui', 'js'], ['json']],
    [
      ['dev', '--only', ''],
      ['redis', 'shipper', 'shop'],
    ],
    [
      ['dev', '--only', 'redis,sh'],
      ['redis,shipper', 'redis,shop'],
    ],
    [
      ['dev', '--without=redis,s'],
      ['--without=redis,shipper', '--without=redis,shop'],
    ],
    [['dev', '-c', 'other/pod.json', '--only', ''], ['night']],
    [['dev', '--config=other/pod.json', '--only', ''], ['night']],
    [['dev', '--start-timeout', ''], []],
    [['dev', '--name', ''], []],
    [
      ['logs', 'redis', 's'],
      ['shipper', 'shop'],
    ],
    [
      ['why', ''],
      ['redis', 'shipper', 'shop'],
    ],
    [
      ['wait', '--for', 'st'],
      ['started', 'stopped'],
    ],
    [['dev', '--config', ''], [':files']],
    [['dev', '--cwd', ''], [':folders']],
    [['run', '--', 'npm', ''], [':files']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['check', ''], []],
    [['no-such-command', '--'], []],
  ])('offers for %j: %j', async (words, candidates) => {
    await using project = await createProject();
    expect(await offered(project, words)).toEqual(candidates);
  });

  it('is every command of the help, and none that is hidden', async () => {
    await using project = await createProject();
    const { stdout } = await run(['--help'], project.folder);
    const inHelp = [...stdout.matchAll(/^ {2}([a-z]+)\b.* {2}/gm)].map(([, name]) => name);

    expect(await offered(project, [''])).toEqual(inHelp);
    expect(inHelp).toEqual(expect.arrayContaining(['dev', 'completion', 'help']));
  });

  it('is not an option that stands there already', async () => {
    await using project = await createProject();
    const options = await offered(project, ['dev', '--no-color', '--']);

    expect(options).toContain('--ui');
    expect(options).not.toContain('--no-color');
  });

  it.each([
    ['that is wrong', 'export default { primary: 1 };'],
    ['that throws', 'throw new Error("no");'],
    [
      'that never comes to an end',
      'export default () => new Promise((resolve) => setTimeout(resolve, 1e6));',
    ],
  ])('offers no process names with a config %s', async (_what, text) => {
    await using project = await createProject();
    await project.write('sidecars.config.ts', text);
    expect(await offered(project, ['dev', '--only', ''])).toEqual([]);
  });

  it('is the containers of a manifest, also for --local', async () => {
    const container = (name: string): string => `{ name: ${name}, image: ${name} }`;
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec:\n  containers: [${container('web')}, ${container('proxy')}]\n`;
    await using project = await Project.create({ 'pod.yaml': pod });
    const names = await offered(project, ['restart', '-c', 'pod.yaml', '']);
    expect(names).toEqual(expect.arrayContaining(['web', 'proxy']));
    expect(await offered(project, ['dev', '-c', 'pod.yaml', '--local', ''])).toEqual(names);
  });

  it('is nothing that a config prints', async () => {
    await using project = await createProject();
    await project.write('sidecars.config.ts', `console.log('shout');\n${CONFIG}`);
    expect(await offered(project, ['dev', '--only', ''])).toEqual(['redis', 'shipper', 'shop']);
  });
});

/** Runs a script in a shell that has the command on its PATH. */
const inShell = async (project: Project, shell: string, args: readonly string[]): Promise<string> => {
  const env = cleanEnvironment();
  const { stdout } = await promisify(execFile)(shell, args, {
    cwd: project.folder,
    env: {
      ...env,
      PATH: `${project.path('bin')}${delimiter}${env['PATH']}`,
      HOME: project.folder,
      TERM: 'dumb',
    },
    timeout: WAIT_LIMIT_MS,
  });
  return stdout;
};

/** Lines for the shells, each ended by the Tab key, and the words it gives. */
const KEYED: ReadonlyArray<readonly [line: string, replies: readonly string[]]> = [
  ['sidecarctl che', ['check']],
  ['sidecarctl dev --ui ', ['tui', 'plain', 'json']],
  ['sidecarctl dev --only redis,sh', ['redis,shipper', 'redis,shop']],
  ['sidecarctl dev --config oth', ['other']],
];

describe('in bash', () => {
  const reply = (line: string): string => `
    eval "$(sidecarctl completion bash)"
    [[ $(complete -p sidecarctl) == *_sidecarctl* ]] || exit 1
    COMP_WORDS=(${line.replace(/=/g, ' = ')}${line.endsWith(' ') ? " ''" : ''})
    COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
    _sidecarctl sidecarctl
    printf '%s\\n' "\${COMPREPLY[@]}"`;

  // Bash cuts at the `=`, and puts in what stands behind it.
  it.each([...KEYED, ['sidecarctl graph --format=me', ['mermaid']] as const])(
    '%j is completed',
    async (line, replies) => {
      await using project = await createProject();
      const stdout = await inShell(project, 'bash', ['--norc', '--noprofile', '-c', reply(line)]);
      expect(stdout.trimEnd().split('\n')).toEqual(replies);
    },
  );
});

describe.runIf(isInstalled('fish'))('in fish', () => {
  it.each(KEYED)('%j is completed', async (line, replies) => {
    await using project = await createProject();
    const script = `sidecarctl completion fish | source; complete -C '${line}'`;
    const stdout = await inShell(project, 'fish', ['--no-config', '-c', script]);
    const words = stdout
      .trimEnd()
      .split('\n')
      .map((each) => each.split('\t')[0]?.replace(/\/$/, ''));
    expect(words.toSorted()).toEqual([...replies].toSorted());
  });
});

describe.runIf(isInstalled('zsh'))('in zsh', () => {
  /** A zsh with a terminal of its own, into which the line is typed; what it shows then. */
  const typed = (line: string): string => `
    zmodload zsh/zpty
    zpty inner zsh -f -i
    zpty -w inner 'PS1=; autoload -Uz compinit; compinit -u -D; eval "$(sidecarctl completion zsh)"; echo up"an"dready'
    zpty -r inner shown '*upandready*'
    zpty -w -n inner ${JSON.stringify(line)}$'\\t'
    zpty -r inner shown '*${line.startsWith('sidecarctl che') ? 'check' : 'shop'}*'
    print -r -- "$shown"`;

  it('a command is completed', async () => {
    await using project = await createProject();
    expect(await inShell(project, 'zsh', ['-f', '-c', typed('sidecarctl che')])).toContain('check');
  });

  it('process names are listed, with what they are', async () => {
    await using project = await createProject();
    const shown = await inShell(project, 'zsh', ['-f', '-c', typed('sidecarctl dev --only ')]);
    expect(shown).toContain('keeps: everything');
  });
});
