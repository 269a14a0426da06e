import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigReads } from '../../../src/config/known/config-reads.ts';
import { knownFileOf, recallConfig } from '../../../src/config/known/known-config.ts';
import { knownTextOf } from '../../../src/config/known/remember-config.ts';
import type { LoadedConfig } from '../../../src/config/resolve/loaded-config.ts';
import { dryRun } from '../../../src/config/resolve/resolve-pod.ts';
import { makeFolder } from '../support.ts';
import type { KnowRequest } from './know-in-node.ts';

const READER = 'this test';
const ENV = { HOME: '/home/ann', UPSTREAM: 'http://127.0.0.1:1', TOKEN: 'sesame' };

interface Known {
  readonly loaded: LoadedConfig | null;
  readonly files: readonly string[];
  readonly messages: string;
}

const program = fileURLToPath(new URL('know-in-node.ts', import.meta.url));
let node: ChildProcess;

beforeAll(() => {
  node = fork(program, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
});

afterAll(async () => {
  node.disconnect();
  await once(node, 'exit');
});

type Files = Readonly<Record<string, string>>;

class Place {
  readonly folder: string;
  readonly cache = makeFolder();

  constructor(files: Files) {
    this.folder = makeFolder(files);
  }

  readonly at = (name: string): string => join(this.folder, name);

  /** Reads the config whole, and remembers it. */
  async know(request: Partial<KnowRequest> = {}): Promise<Known> {
    node.send({
      ...{ cwd: this.folder, cache: this.cache, env: ENV, reader: READER, meanwhile: {}, ...request },
    } satisfies KnowRequest);
    const [known] = (await once(node, 'message')) as [Known];
    expect(known.messages).toBe('');
    return known;
  }

  recall(file: string, env: Readonly<Record<string, string>> = ENV, reader = READER): LoadedConfig | null {
    const recalled = recallConfig({ cache: this.cache, file: this.at(file), env }, () => undefined, reader);
    return recalled === null || (recalled.namesOthers && dryRun(recalled.loaded, env).length > 0)
      ? null
      : recalled.loaded;
  }

  get kept(): readonly string[] {
    const folder = join(this.cache, 'configs');
    return existsSync(folder) ? readdirSync(folder) : [];
  }
}

const TS = 'sidecars.config.ts';
const plain = "export default { primary: { command: 'web' } };\n";
const importing = "import { command } from './lib/command.ts';\nexport default { primary: { command } };\n";
const command = "export const command: string = 'web';\n";
const yaml = 'primary: { command: web }\n';
const inPlaceOf = (fields: object): string =>
  `export default ${JSON.stringify({ primary: { command: 'web' }, ...fields })};\n`;

describe('a config is remembered', () => {
  it.each<[name: string, file: string, files: Files]>([
    ['code', TS, { [TS]: plain }],
    ['code that imports', TS, { [TS]: importing, 'lib/command.ts': command }],
    [
      'code that imports JSON',
      'sidecars.config.mjs',
      {
        'sidecars.config.mjs':
          "import primary from './web.json' with { type: 'json' };\nexport default { primary };\n",
        'web.json': '{ "command": "web" }',
      },
    ],
    ['code that imports sidecarctl', TS, { [TS]: `import { defineConfig } from 'sidecarctl';\n${plain}` }],
    ['YAML', '.sidecarsrc', { '.sidecarsrc': yaml }],
    ['JSON', 'sidecars.config.json', { 'sidecars.config.json': '{ "primary": { "command": "web" } }' }],
    [
      'package.json',
      'package.json',
      { 'package.json': '{ "sidecars": { "primary": { "command": "web" } } }' },
    ],
    [
      'regular expressions',
      TS,
      { [TS]: 'export default { primary: { command: "web", readiness: { log: /^Ready "\\d+"$/iu } } };\n' },
    ],
    ['an env file', TS, { [TS]: inPlaceOf({ envFile: '.env' }), '.env': 'PASSWORD=sesame\n' }],
    [
      'apps with env files',
      TS,
      {
        [TS]: `export default { apps: { a: { envFile: 'a.env', primary: { command: 'web' } } } };\n`,
        'a.env': 'PASSWORD=sesame\n',
      },
    ],
    ['references to variables', TS, { [TS]: inPlaceOf({ primary: { command: ['web', '${env.TOKEN}'] } }) }],
    ['ready-made sidecars', TS, { [TS]: inPlaceOf({ sidecars: { otel: { use: 'telemetry' } } }) }],
    [
      'ready-made sidecars with references to variables',
      TS,
      {
        [TS]: inPlaceOf({
          sidecars: {
            otel: {
              use: 'telemetry',
              with: { forward: { url: 'https://example.com', headers: { Authorization: '${env.TOKEN}' } } },
            },
          },
        }),
      },
    ],
  ])('%s', async (_, file, files) => {
    const place = new Place(files);
    const { loaded, files: watched } = await place.know();
    const seen: string[] = [];
    const asked = { cache: place.cache, file: place.at(file), env: ENV };
    const recalled = recallConfig(asked, (path) => seen.push(path), READER)?.loaded;
    expect(recalled).toBeDefined();
    // A regular expression does not survive the way from the other process.
    expect(JSON.parse(JSON.stringify(recalled))).toEqual(JSON.parse(JSON.stringify(loaded)));
    expect(seen).toEqual(watched);
    const kept = place.kept.map((name) => readFileSync(join(place.cache, 'configs', name), 'utf8')).join('');
    expect(kept).not.toContain('sesame');
  });

  it('a regular expression has its flags', async () => {
    const place = new Place({
      [TS]: 'export default { primary: { command: "web", readiness: { log: /^Ready \\/$/giu } } };\n',
    });
    await place.know();
    expect(place.recall(TS)?.config).toMatchObject({ primary: { readiness: { log: /^Ready \/$/giu } } });
  });

  it('in files that only the user can read', async () => {
    const place = new Place({ [TS]: plain });
    await place.know();
    const [name = ''] = place.kept;
    expect(statSync(join(place.cache, 'configs')).mode & 0o777).toBe(0o700);
    expect(statSync(join(place.cache, 'configs', name)).mode & 0o777).toBe(0o600);
    expect(place.kept).toHaveLength(1);
  });

  it('and the ones that were read whole longest ago are forgotten', async () => {
    const place = new Place({ [TS]: plain });
    mkdirSync(join(place.cache, 'configs'));
    for (let number = 0; number < 205; number += 1) {
      const path = join(place.cache, 'configs', `${number}.json`);
      writeFileSync(path, '{}');
      utimesSync(path, 1000 + number, 1000 + number);
    }
    await place.know();
    expect(place.kept).toHaveLength(200);
    expect(place.kept).not.toContain('5.json');
    expect(place.kept).toContain('6.json');
    expect(place.recall(TS)).not.toBeNull();
  });

  it('and nothing is written or deleted behind a symlink', async () => {
    const place = new Place({ [TS]: plain });
    const precious = makeFolder(
      Object.fromEntries(Array.from({ length: 205 }, (_, at) => [`${at}.json`, '{}'])),
    );
    symlinkSync(precious, join(place.cache, 'configs'));
    await place.know();
    expect(readdirSync(precious)).toHaveLength(205);
    expect(place.recall(TS)).toBeNull();
  });
});

describe('a config is read each time', () => {
  it.each<[name: string, files: Files]>([
    ['if it is a function', { [TS]: 'export default ({ mode }) => ({ primary: { command: mode } });\n' }],
    ['if it has functions', { [TS]: "export default { primary: { command: () => 'web' } };\n" }],
    [
      'if it reads the environment',
      { [TS]: 'export default { primary: { command: `a${process.pid}` } };\n' },
    ],
    [
      'if an import reads the environment',
      { [TS]: importing, 'lib/command.ts': 'export const command = `a${process.pid}`;\n' },
    ],
    [
      'if it imports what is neither code nor JSON',
      {
        [TS]: importing.replace('command.ts', 'command.cts'),
        'lib/command.cts': "exports.command = 'web';\n",
      },
    ],
    [
      'if it imports a package',
      {
        [TS]: "import { command } from 'other';\nexport default { primary: { command } };\n",
        'node_modules/other/index.js': "export const command = 'web';\n",
        'node_modules/other/package.json': '{ "type": "module", "exports": "./index.js" }',
      },
    ],
    [
      'if it imports another copy of sidecarctl',
      {
        [TS]: `import { defineConfig } from 'sidecarctl';\n${plain}`,
        'node_modules/sidecarctl/index.js': 'export const defineConfig = (config) => config;\n',
        'node_modules/sidecarctl/package.json': '{ "type": "module", "exports": "./index.js" }',
      },
    ],
    [
      'if it has instances of classes',
      { [TS]: "class Web { get command() { return 'web'; } }\nexport default { primary: new Web() };\n" },
    ],
    ['if JSON cannot hold it', { [TS]: "export default { primary: { command: 'web', cwd: undefined } };\n" }],
    ['if it is very large', { [TS]: `${plain}// ${'a'.repeat(1_000_000)}\n` }],
    [
      'if a ready-made sidecar goes by the value of a variable',
      {
        [TS]: inPlaceOf({
          sidecars: {
            api: { use: 'ambassador', with: { to: '${env.UPSTREAM}' } },
          },
        }),
      },
    ],
  ])('%s', async (_, files) => {
    const place = new Place(files);
    await place.know();
    expect(place.kept).toEqual([]);
  });

  it('if it changes while it is read', async () => {
    const place = new Place({ [TS]: importing, 'lib/command.ts': command });
    await place.know({ meanwhile: { [place.at('lib/command.ts')]: command.replace('web', 'app') } });
    expect(place.kept).toEqual([]);
  });

  it('if there is no file for it', () => {
    const reads = new ConfigReads();
    reads.file('/dev/null');
    const loaded = { file: '/dev/null', config: { primary: { command: 'web' } } } as LoadedConfig;
    expect(knownTextOf(loaded, { reads, files: [] }, READER)).toBeNull();
  });
});

describe('a config that was remembered is read again', () => {
  const everything: Files = {
    [TS]: importing,
    'lib/command.ts': command,
    'lib/other.ts': command.replace('web', 'app'),
    'web.ts': plain,
  };

  it.each<[change: string, make: (place: Place) => void]>([
    ['it was edited', ({ at }) => writeFileSync(at(TS), plain)],
    ['an import was edited', ({ at }) => writeFileSync(at('lib/command.ts'), `${command}\n`)],
    ['an import is missing', ({ at }) => rmSync(at('lib/command.ts'))],
    [
      'an import was replaced by a symlink to the same text',
      ({ at }) => {
        renameSync(at('lib/command.ts'), at('lib/moved.ts'));
        symlinkSync('moved.ts', at('lib/command.ts'));
      },
    ],
    ['it is missing', ({ at }) => rmSync(at(TS))],
    [
      'it is a folder',
      ({ at }) => {
        rmSync(at(TS));
        mkdirSync(at(TS));
      },
    ],
    [
      'its folder is another one',
      ({ folder }) => {
        renameSync(folder, `${folder}.moved`);
        symlinkSync(`${folder}.moved`, folder);
      },
    ],
  ])('%s', async (_, make) => {
    const place = new Place(everything);
    await place.know();
    expect(place.recall(TS)).not.toBeNull();
    make(place);
    expect(place.recall(TS)).toBeNull();
    rmSync(`${place.folder}.moved`, { recursive: true, force: true });
  });

  it('a symlink to it leads elsewhere', async () => {
    const place = new Place({ 'one/config.ts': plain, 'two/config.ts': plain });
    symlinkSync('one/config.ts', place.at(TS));
    await place.know();
    expect(place.recall(TS)).not.toBeNull();
    rmSync(place.at(TS));
    symlinkSync('two/config.ts', place.at(TS));
    expect(place.recall(TS)).toBeNull();
  });

  it('a symlink to an import leads elsewhere', async () => {
    const place = new Place(everything);
    renameSync(place.at('lib/command.ts'), place.at('lib/real.ts'));
    symlinkSync('real.ts', place.at('lib/command.ts'));
    await place.know();
    expect(place.recall(TS)).not.toBeNull();
    rmSync(place.at('lib/command.ts'));
    symlinkSync('other.ts', place.at('lib/command.ts'));
    expect(place.recall(TS)).toBeNull();
  });

  it('an import of a config that is a symlink was edited', async () => {
    const place = new Place({ 'real/config.ts': importing, 'real/lib/command.ts': command });
    symlinkSync('real/config.ts', place.at(TS));
    const { files } = await place.know();
    expect(files).toEqual([place.at(TS), place.at('real/lib/command.ts')]);
    expect(place.recall(TS)).not.toBeNull();
    writeFileSync(place.at('real/lib/command.ts'), command.replace('web', 'app'));
    expect(place.recall(TS)).toBeNull();
  });

  it('something else reads it', async () => {
    const place = new Place({ [TS]: plain });
    await place.know();
    expect(place.recall(TS, ENV, 'a newer version')).toBeNull();
  });

  it.each<[surroundings: string, fields: object, make: (place: Place) => void, env: Record<string, string>]>([
    ['a variable', { primary: { command: ['web', '${env.TOKEN}'] } }, () => undefined, { HOME: '/home/ann' }],
    [
      'a variable of a ready-made sidecar',
      {
        sidecars: {
          otel: {
            use: 'telemetry',
            with: { forward: { url: 'https://example.com', headers: { Authorization: '${env.TOKEN}' } } },
          },
        },
      },
      () => undefined,
      { HOME: '/home/ann' },
    ],
    ['an env file', { envFile: '.env' }, ({ at }) => rmSync(at('.env')), ENV],
    [
      'an env file of a process',
      { primary: { command: 'web', envFile: '.env' } },
      ({ at }) => rmSync(at('.env')),
      ENV,
    ],
    [
      'a folder',
      { primary: { command: 'web', cwd: 'here' } },
      ({ at }) => rmSync(at('here'), { recursive: true }),
      ENV,
    ],
  ])('%s is missing', async (_, fields, make, env) => {
    const place = new Place({ [TS]: inPlaceOf(fields), '.env': 'A=b\n', 'here/file': '' });
    await place.know();
    expect(place.recall(TS)).not.toBeNull();
    make(place);
    expect(place.recall(TS, env)).toBeNull();
  });

  it('a line of an env file is wrong', async () => {
    const place = new Place({ [TS]: inPlaceOf({ envFile: '.env' }), '.env': 'A=b\n' });
    await place.know();
    writeFileSync(place.at('.env'), 'A="b\n');
    expect(place.recall(TS)).toBeNull();
  });

  it.each(['HOME', 'XDG_DATA_HOME', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'])(
    'the certificates of its ready-made sidecars are elsewhere, by %s',
    async (name) => {
      const place = new Place({ [TS]: inPlaceOf({ sidecars: { otel: { use: 'telemetry' } } }) });
      await place.know();
      expect(place.recall(TS)).not.toBeNull();
      const home = process.env['HOME'];
      // Node looks up the home folder itself.
      if (name === 'HOME') process.env['HOME'] = '/elsewhere';
      const recalled = place.recall(TS, { ...ENV, [name]: '/elsewhere' });
      if (home !== undefined) process.env['HOME'] = home;
      expect(recalled).toBeNull();
    },
  );
});

it('an edited env file counts, and the config is still known', async () => {
  const place = new Place({ [TS]: inPlaceOf({ envFile: '.env' }), '.env': 'A=b\n' });
  await place.know();
  writeFileSync(place.at('.env'), 'A=c\n');
  expect(place.recall(TS)?.fileEnv).toEqual({ A: 'c' });
});

describe('nothing is recalled from', () => {
  const whole = async (): Promise<Place> => {
    const place = new Place({ [TS]: plain });
    await place.know();
    expect(place.recall(TS)).not.toBeNull();
    return place;
  };

  it.each(['', 'null', '3', '[]', '{}', '{"reader":', JSON.stringify({ reader: READER })])(
    'a file with %j',
    async (text) => {
      const place = await whole();
      writeFileSync(knownFileOf(place.cache, place.at(TS)), text);
      expect(place.recall(TS)).toBeNull();
    },
  );

  it.each(['links', 'sources', 'files', 'variables', 'config', 'patterns'])(
    'a file without %s',
    async (key) => {
      const place = await whole();
      const path = knownFileOf(place.cache, place.at(TS));
      writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), [key]: undefined }));
      expect(place.recall(TS)).toBeNull();
    },
  );

  it('the file of another config', async () => {
    const place = await whole();
    renameSync(knownFileOf(place.cache, place.at(TS)), knownFileOf(place.cache, place.at('other.ts')));
    writeFileSync(place.at('other.ts'), plain);
    expect(place.recall('other.ts')).toBeNull();
  });
});

it.skipIf(process.getuid?.() === 0)('a cache that cannot be written to is left alone', async () => {
  const place = new Place({ [TS]: plain });
  chmodSync(place.cache, 0o500);
  await place.know();
  expect(place.kept).toEqual([]);
});

it('a cache whose folder is a file is left alone', async () => {
  const place = new Place({ [TS]: plain });
  writeFileSync(join(place.cache, 'configs'), 'mine');
  await place.know();
  expect(readFileSync(join(place.cache, 'configs'), 'utf8')).toBe('mine');
});
