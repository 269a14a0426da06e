import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EnvSpec } from '../../../src/model/pod-spec.ts';
import { composeEnvironment } from '../../../src/runtime/launch/environment.ts';

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const envFile = (content: string | Buffer) => {
  const path = join(temporaryFolder(), '.env');
  writeFileSync(path, content);
  return { path, required: true };
};

const spec = (layers: Partial<EnvSpec>): EnvSpec => ({
  assumed: {},
  colors: {},
  inherited: {},
  podFiles: [],
  files: [],
  services: {},
  withoutServices: [],
  injected: {},
  provided: {},
  pod: {},
  own: {},
  ...layers,
});

const compose = (layers: Partial<EnvSpec>, ignoreCase = false) => {
  const composed = composeEnvironment(spec(layers), ignoreCase);
  if (!composed.ok) throw new Error(composed.failure.kind);
  return composed;
};

const failureOf = (layers: Partial<EnvSpec>) => {
  const composed = composeEnvironment(spec(layers));
  return composed.ok ? null : composed.failure;
};

describe('variables that force colors', () => {
  const colors = { FORCE_COLOR: '1', CLICOLOR_FORCE: '1', CARGO_TERM_COLOR: 'always' };

  test('stand apart from the environment that hooks and probes have', () => {
    const composed = compose({ colors, inherited: { A: '1' } });
    expect(composed.env).toEqual({ A: '1' });
    expect(composed.colors).toEqual(colors);
  });

  test.each<[string, () => Partial<EnvSpec>]>([
    ['the inherited environment', () => ({ inherited: { NO_COLOR: '1' } })],
    ['a file of the pod', () => ({ podFiles: [envFile('NO_COLOR=1')] })],
    ['a file of the process', () => ({ files: [envFile('NO_COLOR=1')] })],
    ['the env of the pod', () => ({ pod: { NO_COLOR: '1' } })],
    ['its own env', () => ({ own: { NO_COLOR: 'true' } })],
  ])('are left out when NO_COLOR comes from %s', (_, layers) => {
    expect(compose({ colors, ...layers() }).colors).toEqual({});
  });

  test.each([
    { FORCE_COLOR: '0' },
    { FORCE_COLOR: 'false' },
    { CLICOLOR: '0' },
    { NODE_DISABLE_COLORS: '1' },
  ])('are left out where somebody has refused colors with %o', (own) => {
    expect(compose({ colors, own }).colors).toEqual({});
  });

  test('come back where a higher layer takes NO_COLOR away, and an empty one says nothing', () => {
    expect(compose({ colors, pod: { NO_COLOR: '1' }, own: { NO_COLOR: null } }).colors).toEqual(colors);
    expect(compose({ colors, own: { NO_COLOR: '' } }).colors).toEqual(colors);
  });

  test('are what the user says where the user says something', () => {
    const composed = compose({ colors, own: { FORCE_COLOR: '3', CARGO_TERM_COLOR: null } });
    expect(composed.env).toEqual({ FORCE_COLOR: '3' });
    expect(composed.colors).toEqual({ CLICOLOR_FORCE: '1' });
  });

  test('give way to NO_COLOR of a higher layer, and stay beside one of the same or a lower layer', () => {
    const forced = { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' };
    expect(compose({ inherited: { ...forced, A: '1' }, own: { NO_COLOR: '1' } }).env).toEqual({
      A: '1',
      NO_COLOR: '1',
    });
    const both = { FORCE_COLOR: '1', NO_COLOR: '1' };
    expect(compose({ own: both }).env).toEqual(both);
    expect(compose({ inherited: { NO_COLOR: '1' }, own: { FORCE_COLOR: '1' } }).env).toEqual(both);
  });
});

describe('the value of a variable', () => {
  /** Lowest first; each names itself as the value of A. */
  const layers = (): [keyof EnvSpec, EnvSpec[keyof EnvSpec]][] => [
    ['assumed', { A: 'assumed' }],
    ['inherited', { A: 'inherited' }],
    ['podFiles', [envFile('A=podFiles')]],
    ['files', [envFile('A=files')]],
    ['injected', { A: 'injected' }],
    ['pod', { A: 'pod' }],
    ['own', { A: 'own' }],
  ];

  test.each([1, 2, 3, 4, 5, 6, 7])('comes from the highest of the lowest %i layers', (count) => {
    const lowest = layers().slice(0, count);
    expect(compose(Object.fromEntries(lowest)).env).toEqual({ A: lowest.at(-1)?.[0] });
  });

  test('comes from the last of several files', () => {
    const files = [envFile('A=1\nB=1'), envFile('A=2')];
    expect(compose({ files }).env).toEqual({ A: '2', B: '1' });
  });

  test('null removes what lower layers set, and a higher layer may set it again', () => {
    const { env } = compose({
      inherited: { A: '1', B: '1' },
      injected: { C: '1' },
      pod: { A: null, B: null, C: null },
      own: { B: '2' },
    });
    expect(env).toEqual({ B: '2' });
  });

  test('can be empty', () => {
    expect(compose({ inherited: { A: '1' }, own: { A: '' } }).env).toEqual({ A: '' });
  });
});

describe('an env file', () => {
  test('is read again at every call', () => {
    const file = envFile('A=1');
    expect(compose({ files: [file] }).env).toEqual({ A: '1' });
    writeFileSync(file.path, 'A=2');
    expect(compose({ files: [file] }).env).toEqual({ A: '2' });
  });

  test('may begin with a byte order mark, end its lines as Windows does, and quote over lines', () => {
    const file = envFile('\uFEFFFIRST=1\r\nexport SECOND="two words" # said\r\nTHIRD=\'a\nb\'\n');
    expect(compose({ files: [file] }).env).toEqual({ FIRST: '1', SECOND: 'two words', THIRD: 'a\nb' });
  });

  test('that is missing is a failure that names it', () => {
    const path = join(temporaryFolder(), 'missing.env');
    expect(failureOf({ podFiles: [{ path, required: true }] })).toMatchObject({
      kind: 'env-file-missing',
      path,
    });
  });

  test('that is missing is left out when it is not required', () => {
    const path = join(temporaryFolder(), 'missing.env');
    expect(compose({ inherited: { A: '1' }, files: [{ path, required: false }] }).env).toEqual({ A: '1' });
  });

  test('that cannot be read is a failure even when it is not required', () => {
    const path = join(temporaryFolder(), 'folder.env');
    mkdirSync(path);
    expect(failureOf({ files: [{ path, required: false }] })).toEqual({
      kind: 'env-file-unreadable',
      path,
      cause: expect.stringMatching(/EISDIR/),
    });
  });

  test('saved as UTF-16 is a failure, for its NUL bytes would make every start throw', () => {
    const file = envFile(Buffer.from('\uFEFFA=1', 'utf16le'));
    expect(failureOf({ files: [file] })).toEqual({ kind: 'env-file-not-text', path: file.path });
  });
});

describe('an injected variable', () => {
  test('that a file would have changed is named with the file', () => {
    const pod = envFile('PORT=3000\nOTHER=1');
    const own = envFile('PORT=4000');
    const { env, overridden } = compose({ podFiles: [pod], files: [own], injected: { PORT: '24711' } });
    expect(env).toEqual({ PORT: '24711', OTHER: '1' });
    expect(overridden).toEqual([
      { variable: 'PORT', file: pod.path },
      { variable: 'PORT', file: own.path },
    ]);
  });

  test('is not named where the file agrees', () => {
    const file = envFile('PORT=24711');
    expect(compose({ files: [file], injected: { PORT: '24711' } }).overridden).toEqual([]);
  });

  test.each(['pod', 'own'] as const)('is not named where the env of the %s decides anyway', (layer) => {
    const file = envFile('PORT=3000');
    const { overridden } = compose({ files: [file], injected: { PORT: '1' }, [layer]: { PORT: null } });
    expect(overridden).toEqual([]);
  });
});

describe('on Windows', () => {
  test('names that differ in case only are one variable, spelled as last set', () => {
    const file = envFile('path=b');
    const { env } = compose(
      { inherited: { Path: 'a', Home: 'x' }, files: [file], own: { HOME: null } },
      true,
    );
    expect(env).toEqual({ path: 'b' });
  });

  test('a file changes an injected variable in whatever case', () => {
    const file = envFile('port=3000');
    expect(compose({ files: [file], injected: { PORT: '1' } }, true).overridden).toEqual([
      { variable: 'PORT', file: file.path },
    ]);
  });

  test('elsewhere they are two', () => {
    expect(compose({ inherited: { Path: 'a' }, own: { PATH: 'b' } }).env).toEqual({ Path: 'a', PATH: 'b' });
  });
});

test('a variable named __proto__ is a variable like any other', () => {
  const own = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
  expect(Object.entries(compose({ own }).env)).toEqual([['__proto__', 'x']]);
});
