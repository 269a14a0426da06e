import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import type { LoadedConfig } from '../../../src/config/resolve/loaded-config.ts';
import { resolveSymbolically } from '../../../src/config/resolve/symbolic/resolve-symbolically.ts';
import { type ConfigSymbol, SymbolicText } from '../../../src/config/resolve/symbolic/symbols.ts';
import type { PodSpec } from '../../../src/model/pod-spec.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { PRESETS } from '../../../src/sidecars/presets.ts';
import { inFull } from '../../support/in-full.ts';
import { inputsFor, load, makeFolder, processOf } from '../support.ts';
import { computingConfig, config, envFiles, environment, type WiringFunction } from './generated-config.ts';
import { type Both, resolveBoth } from './symbolic-support.ts';

const RUNS = inFull ? 100 : 25;

vi.mock('sidecarctl', () => ({ defineConfig: (given: unknown) => given }));

const loadFrom = (
  given: unknown,
  folder: string,
  env: Readonly<Record<string, string>> = environment,
): LoadedConfig => {
  const loaded = checkConfig(given, { file: `${folder}/sidecars.config.ts`, folder, env }, PRESETS);
  if (!loaded.ok) throw new Error(formatConfigProblems(loaded, { color: false }));
  return loaded.value;
};

const both = (loaded: LoadedConfig): Both =>
  resolveBoth(loaded, inputsFor(loaded, { env: environment, watching: true }));

describe('a symbolic pod, filled with the values of a real one, is the real one', () => {
  it.each([
    ['the demo', '../../../', () => import('../../../sidecars.config.ts')],
    ['redis', '../../../fixtures/redis/', () => import('../../../fixtures/redis/sidecars.config.ts')],
    [
      'polyglot',
      '../../../fixtures/polyglot/',
      () => import('../../../fixtures/polyglot/sidecars.config.ts'),
    ],
    ['apps', '../../../fixtures/apps/', () => import('../../../fixtures/apps/sidecars.config.ts')],
  ])('for the fixture %s', async (_, path, importConfig) => {
    const folder = fileURLToPath(new URL(path, import.meta.url)).replace(/\/$/, '');
    const { real, filled, symbolic } = both(loadFrom((await importConfig()).default, folder));
    expect(symbolic.losses).toEqual([]);
    expect(filled).toEqual(real);
  });

  it('for generated configs', () => {
    const folder = makeFolder(envFiles);
    fc.assert(
      fc.property(config(), (given) => {
        const { real, filled, symbolic } = both(loadFrom(given, folder));
        expect(symbolic.losses).toEqual([]);
        expect(filled).toEqual(real);
      }),
      { numRuns: RUNS },
    );
  });

  it('for generated configs, but for the variables that a function computes: each is a loss', () => {
    const folder = makeFolder(envFiles);
    fc.assert(
      fc.property(computingConfig(), ({ config: given, computed }) => {
        const { real, filled, symbolic } = both(loadFrom(given, folder));
        expect(symbolic.losses.map(({ path }) => path.join('.')).sort()).toEqual(
          computed.map((name) => `primary.env.${name}`).sort(),
        );
        const carried = (pod: PodSpec) =>
          Object.entries(processOf(pod, 'primary').launch.env.own).filter(
            ([name]) => !computed.includes(name),
          );
        expect(carried(filled)).toEqual(carried(real));
      }),
      { numRuns: RUNS },
    );
  });
});

const command = 'x';

/** The variables of the primary, and what is lost of them. */
const variablesOf = (env: Readonly<Record<string, string | WiringFunction>>) => {
  const loaded = load({
    volumes: { data: {} },
    sidecars: { db: { command, ports: { main: 'auto', admin: 3001 } } },
    primary: { command, env },
  });
  const { pod, losses } = resolveSymbolically(loaded, inputsFor(loaded));
  const { own } = processOf(pod as PodSpec, 'primary').launch.env;
  return { own, losses: losses.map(({ path, because }) => `${path.join('.')}: ${because}`) };
};

const db = (port: string): ConfigSymbol => ({ is: 'port', process: 'db', port });
const variable = (name: string, fallback: string | null): ConfigSymbol => ({
  is: 'variable',
  name,
  app: null,
  fallback,
});

describe('symbols', () => {
  it('stand in text and in the results of functions where their values would', () => {
    const { own, losses } = variablesOf({
      URL: 'redis://127.0.0.1:${ports.db.main}/0',
      DIR: ({ volumes }) => join(`${volumes['data']}`, 'sub'),
    });
    expect(losses).toEqual([]);
    expect(own).toEqual({
      URL: new SymbolicText(['redis://127.0.0.1:', db('main'), '/0']),
      DIR: new SymbolicText([{ is: 'volume', volume: 'data' }, '/sub']),
    });
  });

  it('of variables have what a function falls back to', () => {
    const { own, losses } = variablesOf({
      LEVEL: ({ env }) => `${env['LEVEL'] ?? 'info'} ${env['USER'] ?? 'nobody'}`,
      HOME: '${env.HOME}',
    });
    expect(losses).toEqual([]);
    expect(own).toEqual({
      LEVEL: new SymbolicText([variable('LEVEL', 'info'), ' ', variable('USER', 'nobody')]),
      HOME: new SymbolicText([variable('HOME', null)]),
    });
  });

  it('are no symbols where a function computes with a number of the config, which is the same everywhere', () => {
    expect(variablesOf({ NEXT: ({ ports }) => Number(ports['db']?.['admin']) + 1 })).toEqual({
      own: { NEXT: '3002' },
      losses: [],
    });
  });
});

describe('a loss names', () => {
  it.each<[string, WiringFunction]>([
    ['computes', ({ ports }) => Number(ports['db']?.['main']) + 1],
    ['computes', ({ env }) => `${env['HOME']}`.length],
    ['decides', ({ env }) => (env['CI'] === 'true' ? 'ci' : 'local')],
    ['depends-on-unset', ({ env }) => (env['LEVEL'] === undefined ? 'quiet' : `--level ${env['LEVEL']}`)],
    ['lists-variables', ({ env }) => Object.keys({ ...env }).join()],
    ['fails', ({ env }) => JSON.parse(`${env['JSON']}`).name],
  ])('%s as the reason why a function cannot be carried', (because, value) => {
    expect(variablesOf({ VALUE: value }).losses).toEqual([`primary.env.VALUE: ${because}`]);
  });

  it('a path that could be relative or absolute', () => {
    const folder = makeFolder({ 'sub/x': '' });
    const loaded = loadFrom({ primary: { command, cwd: '${env.SUB}' } }, folder, { SUB: 'sub' });
    const { losses } = resolveSymbolically(loaded, inputsFor(loaded));
    expect(losses.map(({ path, because }) => `${path.join('.')}: ${because}`)).toEqual([
      'primary.cwd: unresolved',
    ]);
  });
});

it('nothing of this machine is in a symbolic pod', () => {
  const folder = makeFolder({ '.env': 'TOKEN=s3cret\n', 'sub/x': '' });
  const given = {
    name: 'shop',
    envFile: '.env',
    primary: {
      command: [join(folder, 'app'), '${env.HOME}'],
      cwd: 'sub',
      env: { TOKEN: (({ env }) => `${env['TOKEN']}`) satisfies WiringFunction, HOME: '${env.HOME}' },
    },
  };
  const loaded = loadFrom(given, folder, { HOME: '/home/ann', PATH: '/opt/ann/bin' });
  const { pod } = resolveSymbolically(loaded, inputsFor(loaded, { env: { PATH: '/opt/ann/bin' } }));
  const shown = inspect(pod, { depth: null });
  for (const own of [folder, '/home/ann', '/opt/ann', 's3cret', 'sidecarctl-'])
    expect(shown).not.toContain(own);
});
