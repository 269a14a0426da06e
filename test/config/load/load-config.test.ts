import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadOptions } from '../../../src/config/load/load-config.ts';
import { makeFolder } from '../support.ts';

interface Loaded {
  readonly file: string | null;
  readonly config: { readonly primary: { readonly command: unknown } } | null;
  readonly messages: string;
  /** Paths to watch. */
  readonly files: readonly string[];
  /** Whether anything loaded so far by the same Node needed it. */
  readonly usesCosmiconfig: boolean;
}

const program = fileURLToPath(new URL('load-in-node.ts', import.meta.url));
let node: ChildProcess;

beforeAll(() => {
  node = fork(program, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
});

afterAll(async () => {
  // Not 'close', which does not come after a disconnect.
  const said = readAll(node.stderr as Readable);
  node.disconnect();
  await once(node, 'exit');
  // Whatever the configs below do, Node's opinions about modules do not reach the user.
  expect(await said).toBe('');
});

const loadIn = async (cwd: string, options: Partial<LoadOptions> = {}): Promise<Loaded> => {
  node.send({ mode: 'dev', env: {}, args: [], ...options, cwd });
  const [loaded] = (await once(node, 'message')) as [Loaded];
  return { ...loaded, messages: loaded.messages.replaceAll(cwd, '<folder>').trimEnd() };
};

const json = JSON.stringify({ primary: { command: 'from json' } });
const yaml = 'primary:\n  command: from yaml\n';
const esm = "export default { primary: { command: 'from esm' } };\n";
const cjs = "module.exports = { primary: { command: 'from cjs' } };\n";
const ts = "const primary: { command: string } = { command: 'from ts' };\nexport default { primary };\n";

describe('a config is read from', () => {
  // The first test: the Node that answers is fresh.
  it('code without loading cosmiconfig, and data with it', async () => {
    expect((await loadIn(makeFolder({ 'sidecars.config.mjs': esm }))).usesCosmiconfig).toBe(false);
    expect((await loadIn(makeFolder({ 'sidecars.config.yaml': yaml }))).usesCosmiconfig).toBe(true);
  });

  it.each([
    ['sidecars.config.ts', ts],
    ['sidecars.config.mts', ts],
    ['sidecars.config.js', esm],
    ['sidecars.config.mjs', esm],
    ['sidecars.config.cjs', cjs],
    ['sidecars.config.json', json],
    ['sidecars.config.yaml', yaml],
    ['sidecars.config.yml', yaml],
    ['sidecars.config.yaml', 'primary: {\n  command: from yaml\n}\n'],
    ['.sidecarsrc', yaml],
    ['.sidecarsrc', json],
    ['.sidecarsrc.json', json],
    ['.sidecarsrc.yaml', yaml],
    ['.sidecarsrc.yml', yaml],
    ['.sidecarsrc.ts', ts],
    ['.sidecarsrc.mts', ts],
    ['.sidecarsrc.js', cjs],
    ['.sidecarsrc.mjs', esm],
    ['.sidecarsrc.cjs', cjs],
    ['package.json', JSON.stringify({ name: 'x', sidecars: { primary: { command: 'from json' } } })],
  ])('%s', async (name, source) => {
    const folder = makeFolder({ [name]: source });
    const loaded = await loadIn(folder);
    expect(loaded.messages).toBe('');
    expect(loaded.file).toBe(join(folder, name));
    expect(loaded.config?.primary.command).toMatch(/^from /);
  });

  it('TypeScript with types and satisfies, without a word on stderr in a package that has no type', async () => {
    const text = `import type { x } from 'nowhere';
interface Command { readonly line: string }
const command = { line: 'typed' } satisfies Command as Command;
export default { $schema: 'x', primary: { command: command.line } };
`;
    const loaded = await loadIn(makeFolder({ 'sidecars.config.ts': text, 'package.json': '{"name":"x"}' }));
    expect(loaded).toMatchObject({ messages: '', config: { primary: { command: 'typed' } } });
  });
});

describe('in a package whose type is commonjs, as npm init writes it', () => {
  const manifest = JSON.stringify({ name: 'x', type: 'commonjs' });

  it.each([
    ['sidecars.config.ts', ts],
    ['sidecars.config.js', esm],
    ['sidecars.config.js', cjs],
    [
      'sidecars.config.ts',
      "import { join } from 'node:path';\nexport default { primary: { command: join('from ts', '') } };",
    ],
    ['sidecars.config.ts', "const command: string = 'from '; export default { primary: { command } };"],
    [
      'sidecars.config.js',
      "const c = await Promise.resolve('from '); export default { primary: { command: c } };",
    ],
    [
      'sidecars.config.ts',
      'const c = `from \nmodule.exports = 1`;\nexport default { primary: { command: c } };',
    ],
    [
      'sidecars.config.js',
      'const c = `from \nexport default 1`; module.exports = { primary: { command: c } };',
    ],
    ['sidecars.config.js', "#!/usr/bin/env node\n/* */ export default { primary: { command: 'from ' } };"],
    [
      'sidecars.config.ts',
      "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);\n" +
        "export default { primary: { command: `from ${require('node:path').sep}` } };",
    ],
  ])('a config may be an ES module or CommonJS: %s', async (name, source) => {
    const folder = makeFolder({ [name]: source, 'package.json': manifest });
    const loaded = await loadIn(folder);
    expect(loaded.messages).toBe('');
    expect(loaded.config?.primary.command).toMatch(/^from /);
  });

  it('a config may be a symlink', async () => {
    const importing = "import { command } from './lib/a.ts';\nexport default { primary: { command } };\n";
    const lib = "export const command: string = 'from ts';\n";
    const folder = makeFolder({
      'real/config.ts': importing,
      'real/lib/a.ts': lib,
      'package.json': manifest,
    });
    const link = join(folder, 'sidecars.config.ts');
    symlinkSync('real/config.ts', link);
    const loaded = await loadIn(folder);
    expect(loaded).toMatchObject({ messages: '', config: { primary: { command: 'from ts' } } });
    expect(loaded.files).toEqual([link, join(folder, 'real/lib/a.ts')]);
  });

  it('a config may import ES modules and CommonJS of the package', async () => {
    const folder = makeFolder({
      'package.json': manifest,
      'sidecars.config.ts': `import { a } from './lib/a.ts';
import b from './lib/b.js';
export default { primary: { command: ['from', a as string, b] } };
`,
      'lib/a.ts': "import { c } from './c.js';\nexport const a: string = `a${c}`;\n",
      'lib/b.js':
        "// import and export may stand in a comment:\n// export default 1\nmodule.exports = 'b';\n",
      'lib/c.js': "export const c = 'c';\n",
    });
    const loaded = await loadIn(folder);
    expect(loaded).toMatchObject({ messages: '', config: { primary: { command: ['from', 'ac', 'b'] } } });
  });

  it('a syntax error of a config that is an ES module is told with its place', async () => {
    const folder = makeFolder({
      'package.json': manifest,
      'sidecars.config.js': "import 'node:path';\n\nexport default { primary: { command: 'x' };\n",
    });
    const { messages } = await loadIn(folder);
    expect(messages).toMatch(/^<folder>\/sidecars\.config\.js:3:\d+: syntax error: (?!Cannot use import)/);
  });
});

describe('a config in YAML or JSON', () => {
  const envProblems = async (name: string, text: string) =>
    (await loadIn(makeFolder({ [name]: text }))).messages;
  const primary = 'primary: { command: x }';

  it.each([
    ['1.10', '1.1'],
    ['12345678901234567890', '12345678901234567000'],
    ['01234', '1234'],
    ['0755', '755'],
    ['0o17', '15'],
    ['0x1F', '31'],
    ['3.0', '3'],
    ['1e3', '1000'],
    ['+5', '5'],
    ['.5', '0.5'],
    ['True', 'true'],
  ])('may not have a variable that would change its spelling: %s', async (written, read) => {
    const message = `${written} would be read as '${read}': put it in quotes.`;
    const yaml = `${primary}\nenv:\n  A: ${written}\n`;
    expect(await envProblems('sidecars.config.yaml', yaml)).toBe(
      `<folder>/sidecars.config.yaml: env.A: ${message}`,
    );
  });

  it('may have variables with tags of YAML', async () => {
    const env = 'env: { A: !!str 1.10, B: !!int 3, C: !!float 0.5, D: !!bool true }';
    expect(await envProblems('sidecars.config.yaml', `${primary}\n${env}\n`)).toBe('');
  });

  it.each(['1', '-7', '0.5', 'true', '"1.10"', "'0755'", '22:22', '1_000', '2026-01-01', 'yes', '~'])(
    'may have the variable %s',
    async (written) => {
      expect(await envProblems('sidecars.config.yaml', `${primary}\nenv:\n  A: ${written}\n`)).toBe('');
    },
  );

  it('is told of each such variable, wherever it stands', async () => {
    const config = `{
  "env": { "A": 1.0, "B": 1 },
  "init": { "env": { "command": "x", "essential": true, "env": { "C": 1E2 } } },
  "sidecars": { "b": { "command": "x", "env": { "D": -0, "E": "1.0" } } },
  "apps": { "web": { "primary": { "command": "x", "env": { "F": 12345678901234567890 } } } }
}`;
    const messages = await envProblems('sidecars.config.json', config);
    expect(messages.split('\n').map((line) => line.split(': ')[1])).toEqual([
      'env.A',
      'init.env.env.C',
      'sidecars.b.env.D',
      'apps.web.primary.env.F',
    ]);
  });

  it.each([
    ['sidecars.config.json', '{\n  "primary": { "command": "a",\n    "command": "b" }\n}', '3:5'],
    [
      'sidecars.config.json',
      '{\n\t"primary": { "command": "a" },\n\t"\\u0070rimary": { "command": "b" }\n}',
      '3:2',
    ],
    [
      'package.json',
      '{\n "name": "x",\n "sidecars": { "primary": { "command": "a" }, "primary": {} } }',
      '3:47',
    ],
  ])('may not have a key twice: %s', async (name, text, place) => {
    expect(await envProblems(name, text)).toBe(
      `<folder>/${name}:${place}: this key appears twice in the same object: remove one of them.`,
    );
  });

  it('may lie in a package.json that has other keys twice', async () => {
    const manifest =
      '{ "scripts": {}, "scripts": {"sidecars": "x"}, "sidecars": { "primary": { "command": "[}\\"]" } }, "a":1,"a":2 }';
    expect(await envProblems('package.json', manifest)).toBe('');
  });

  it('may begin with a byte order mark', async () => {
    expect(await envProblems('sidecars.config.json', `\uFEFF${json}`)).toBe('');
    expect(await envProblems('sidecars.config.yaml', `\uFEFF${yaml}`)).toBe('');
  });
});

describe('a config is searched', () => {
  it('upwards, and the nearest folder wins', async () => {
    const folder = makeFolder({
      'sidecars.config.mjs': esm,
      'a/.sidecarsrc': yaml,
      'a/b/package.json': '{"name":"sidecars"}',
      'a/b/c/x': '',
    });
    expect((await loadIn(join(folder, 'a/b/c'))).file).toBe(join(folder, 'a/.sidecarsrc'));
  });

  it('past a package.json that is broken or has another key', async () => {
    const folder = makeFolder({
      'sidecars.config.mjs': esm,
      'a/package.json': '{ "sidecars": ',
      'a/b/package.json': '{"scripts":{"sidecars":"x"}}',
    });
    expect((await loadIn(join(folder, 'a/b'))).file).toBe(join(folder, 'sidecars.config.mjs'));
  });

  it('in one folder by the order of the names', async () => {
    const folder = makeFolder({
      'package.json': JSON.stringify({ sidecars: {} }),
      '.sidecarsrc': yaml,
      'sidecars.config.yaml': yaml,
      'sidecars.config.mjs': esm,
    });
    expect((await loadIn(folder)).file).toBe(join(folder, 'sidecars.config.mjs'));
  });

  it('past folders that bear the name', async () => {
    const folder = makeFolder({ 'sidecars.config.yaml': yaml, 'sidecars.config.ts/x': '' });
    expect((await loadIn(folder)).file).toBe(join(folder, 'sidecars.config.yaml'));
  });

  it('not at all where a file is named', async () => {
    const folder = makeFolder({ 'sidecars.config.mjs': esm, 'ci/pod.yaml': yaml });
    expect((await loadIn(folder, { file: 'ci/pod.yaml' })).file).toBe(join(folder, 'ci/pod.yaml'));
  });

  it('in vain where there is none, and the message says where', async () => {
    const folder = makeFolder();
    const loaded = await loadIn(folder);
    expect(loaded.file).toBeNull();
    expect(loaded.messages).toBe(
      'no config found: looked for sidecars.config.{ts,mts,js,mjs,cjs,json,yaml,yml}, .sidecarsrc*, package.json#sidecars ' +
        "in <folder> and every folder above it. Run 'sidecarctl init' to write one, or name one with '--config FILE'.",
    );
  });
});

describe('a config that is a function', () => {
  it('gets mode, env and args', async () => {
    const text =
      'export default ({ mode, env, args }) => ({ primary: { command: [mode, env.A, ...args] } });\n';
    const folder = makeFolder({ 'sidecars.config.mjs': text });
    const loaded = await loadIn(folder, { mode: 'run', env: { A: 'a' }, args: ['x', 'y'] });
    expect(loaded.config?.primary.command).toEqual(['run', 'a', 'x', 'y']);
  });

  it('may be async, and may import', async () => {
    const text =
      "export default async () => { const { a } = await import('./a.mjs'); return { primary: { command: a } }; };\n";
    const loaded = await loadIn(
      makeFolder({ 'sidecars.config.mjs': text, 'a.mjs': "export const a = 'imported';\n" }),
    );
    expect(loaded.config?.primary.command).toBe('imported');
  });
});

describe('import of sidecarctl', () => {
  const text =
    "import { defineConfig } from 'sidecarctl';\nexport default defineConfig({ primary: { command: 'own' } });\n";

  it('means the running copy where it is not installed', async () => {
    const loaded = await loadIn(makeFolder({ 'sidecars.config.ts': text }));
    expect(loaded).toMatchObject({ messages: '', config: { primary: { command: 'own' } } });
  });

  it('means the running copy in CommonJS as well', async () => {
    const required =
      "module.exports = require('sidecarctl').defineConfig({ primary: { command: 'own' } });\n";
    const loaded = await loadIn(makeFolder({ 'sidecars.config.cjs': required }));
    expect(loaded).toMatchObject({ messages: '', config: { primary: { command: 'own' } } });
  });

  it('means the installed copy where there is one', async () => {
    const folder = makeFolder({
      'sidecars.config.ts': text,
      'node_modules/sidecarctl/package.json': '{"name":"sidecarctl","type":"module","exports":"./index.js"}',
      'node_modules/sidecarctl/index.js':
        "export const defineConfig = () => ({ primary: { command: 'installed' } });\n",
    });
    expect((await loadIn(folder)).config?.primary.command).toBe('installed');
  });

  it('is the only name that is helped', async () => {
    const loaded = await loadIn(
      makeFolder({ 'sidecars.config.ts': text.replace("'sidecarctl'", "'sidecarctl-x'") }),
    );
    expect(loaded.messages).toContain("Cannot find package 'sidecarctl-x'");
    expect(loaded.messages).toContain("install it, for example with 'npm install sidecarctl-x'");
  });
});

describe('a config that cannot be loaded is a problem', () => {
  it.each([
    [
      'TypeScript that does not parse',
      'sidecars.config.ts',
      'export default {\n  a: 1,\n  b: }\n',
      '<folder>/sidecars.config.ts:3:6: syntax error: Expression expected',
    ],
    [
      'an ES module that does not parse',
      'sidecars.config.mjs',
      'export default {\n  a: 1,\n  b: ]\n}\n',
      "<folder>/sidecars.config.mjs:3:6: syntax error: Unexpected token ']'",
    ],
    [
      'CommonJS that does not parse',
      'sidecars.config.cjs',
      'module.exports = {\n  b: ]\n}\n',
      "<folder>/sidecars.config.cjs:2:6: syntax error: Unexpected token ']'",
    ],
    [
      'an enum',
      'sidecars.config.ts',
      "\nenum Level { Low }\nexport default { primary: { command: 'x' } };\n",
      '<folder>/sidecars.config.ts:2:1: TypeScript enum is not supported in strip-only mode. Node only strips types: a config cannot use enums, namespaces or parameter properties, which are more than types.',
    ],
    [
      'a string',
      'sidecars.config.ts',
      "export default 'npm start';\n",
      "<folder>/sidecars.config.ts: the config: is 'npm start'; expected an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui.",
    ],
    [
      'code that throws',
      'sidecars.config.ts',
      'const nothing: any = null;\n\nexport default { x: nothing.b.c };\n',
      "<folder>/sidecars.config.ts:3:29: failed while loading: Cannot read properties of null (reading 'b')",
    ],
    [
      'code that throws a string',
      'sidecars.config.mjs',
      "throw 'no luck';\n",
      '<folder>/sidecars.config.mjs: failed while loading: no luck',
    ],
    [
      'an import that does not exist',
      'sidecars.config.mjs',
      "import './lost.js';\nexport default {};\n",
      "<folder>/sidecars.config.mjs: failed while loading: Cannot find module '<folder>/lost.js' imported from <folder>/sidecars.config.mjs",
    ],
    [
      'a name that is not exported',
      'sidecars.config.mjs',
      "\nimport { nope } from 'node:fs';\nexport default nope;\n",
      "<folder>/sidecars.config.mjs:2:10: syntax error: The requested module 'node:fs' does not provide an export named 'nope'",
    ],
    [
      'no default export',
      'sidecars.config.ts',
      'export const config = {};\n',
      "<folder>/sidecars.config.ts: has no default export: write 'export default defineConfig({ … })'.",
    ],
    [
      'a function that throws',
      'sidecars.config.mjs',
      "export default () => {\n  throw new Error('no luck');\n};\n",
      '<folder>/sidecars.config.mjs:2:9: the config function failed: no luck',
    ],
    [
      'a function that rejects',
      'sidecars.config.mjs',
      "export default async () => {\n  await null;\n  throw new Error('no luck');\n};\n",
      '<folder>/sidecars.config.mjs:3:9: the config function failed: no luck',
    ],
    [
      'a function that returns a function',
      'sidecars.config.mjs',
      'export default () => () => ({});\n',
      '<folder>/sidecars.config.mjs: the config: is a function; expected an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui.',
    ],
    [
      'JSON that does not parse',
      'sidecars.config.json',
      '{\n  "primary": ,\n}\n',
      "<folder>/sidecars.config.json:2:14: syntax error: Unexpected token ','",
    ],
    [
      'YAML that does not parse',
      'sidecars.config.yaml',
      'primary:\n  command: [\n',
      '<folder>/sidecars.config.yaml:3:1: syntax error: unexpected end of the stream within a flow collection',
    ],
    [
      'an empty file',
      '.sidecarsrc',
      '',
      '<folder>/.sidecarsrc: the config: is undefined; expected an object with primary and, if needed, sidecars, init, volumes, env, stop, container, ui.',
    ],
  ])('%s', async (_title, name, text, message) => {
    const folder = makeFolder({ [name]: text });
    const loaded = await loadIn(folder);
    expect(loaded.file).toBe(join(folder, name));
    expect(loaded.messages).toBe(message);
  });

  it.each<readonly [what: string, text: string]>([
    ['enum', 'enum Mode { Fast }'],
    ['namespace', 'namespace Shop { export const port = 1; }'],
    ['parameter property', 'class Shop { constructor(readonly port: number) {} }'],
  ])('TypeScript that is more than types: %s', async (what, text) => {
    const source = `const a: number = 1;\n  ${text}\nexport default { primary: { command: 'x' } };\n`;
    const { messages } = await loadIn(makeFolder({ 'sidecars.config.ts': source }));
    // Which column is Node's own choice, but it is not that of the line's indentation.
    expect(messages).toMatch(/^<folder>\/sidecars\.config\.ts:2:(?![12]:)\d+: /);
    expect(messages).toContain(what);
    expect(messages).toContain('a config cannot use');
  });

  it.each([
    ['lost.yaml', '<folder>/lost.yaml: there is no such file.'],
    [
      'pod.toml',
      "<folder>/pod.toml: a config file ends in .ts, .mts, .js, .mjs, .cjs, .json, .yaml or .yml, this one in '.toml'.",
    ],
    ['folder', '<folder>/folder: cannot be read: EISDIR.'],
  ])('a named file: %s', async (file, message) => {
    const folder = makeFolder({ 'pod.toml': '', 'folder/x': '' });
    expect((await loadIn(folder, { file })).messages).toBe(message);
  });

  it('with the place in the config, not in what it imports', async () => {
    const folder = makeFolder({
      'sidecars.config.mjs': "import { fail } from './fail.mjs';\n\nexport default fail();\n",
      'fail.mjs': "export const fail = () => {\n  throw new Error('no luck');\n};\n",
    });
    expect((await loadIn(folder)).messages).toBe(
      '<folder>/sidecars.config.mjs:3:16: failed while loading: no luck',
    );
  });
});

/** Levels of lists, each nine times the one below. */
const bomb = (levels: number): string => {
  const lists = Array.from(
    { length: levels },
    (_, level) => `l${level + 1}: &l${level + 1} [${`*l${level}, `.repeat(9)}]`,
  );
  return ['l0: &l0 [x]', ...lists, 'primary: { command: "true" }'].join('\n');
};

describe('whatever it does, a config is a problem that', () => {
  it.each<[what: string, text: string, says: string, file?: string]>([
    ['throws no error', 'throw 1', 'failed while loading: it threw 1'],
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
    ['refers to itself', 'const a = {}; a.a = a; export default a', 'refers to itself'],
    [
      'has a value that throws when it is shown',
      'export default { primary: { command: new (class { toJSON() { throw 1 } }) } }',
      'expected a command',
    ],
    ['is a bomb of aliases', bomb(12), 'more than 1,000,000 values', 'sidecars.config.yaml'],
    ['is an alias of itself', 'primary: &p { env: *p }', 'refers to itself', 'sidecars.config.yaml'],
    ['is nested without end', '['.repeat(100_000), 'sidecars.config.yaml', 'sidecars.config.yaml'],
    ['is nested without end, in JSON', '['.repeat(1e5) + ']'.repeat(1e5), 'nested', 'sidecars.config.json'],
    ['is far too large', `# ${'x'.repeat(17 * 1024 * 1024)}`, 'larger than 16 MiB', 'sidecars.config.yaml'],
  ])('%s', async (_what, text, says, file = 'sidecars.config.mjs') => {
    const { messages } = await loadIn(makeFolder({ [file]: text }));
    expect(messages).toContain(says);
    // A stack would mean that a failure was not foreseen.
    expect(messages).not.toMatch(/^\s+at /m);
  });
});

it.each(['sidecars.config.cts', 'sidecar.config.ts', 'sidecars.toml'])(
  'where there is no config, %s is named as what may be meant',
  async (name) => {
    const { messages } = await loadIn(makeFolder({ [name]: '' }));
    expect(messages).toContain(`'${name}' is there, but is not one of these names.`);
  },
);
