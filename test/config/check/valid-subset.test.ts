import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../src/config/check/check-config.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';

const problemsOf = (config: unknown): string[] => {
  const checked = checkConfig(config, { file: 'config', folder: import.meta.dirname, env: {} });
  if (checked.ok) return [];
  return formatConfigProblems(checked, { color: false })
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^config: /, '').replace(/^([^:]*): .*/, '$1'));
};

describe('all problems of a config are told at once', () => {
  test('a misshapen field does not hide what is wrong elsewhere', () => {
    const config = {
      sidecars: {
        redis: { command: 'redis ${ports.redis.mian}', ports: { main: 'auto' }, restrat: 'never' },
      },
      primary: { command: ['app'], dependsOn: ['reddis'], essential: 'yes' },
    };
    expect(problemsOf(config)).toEqual([
      'sidecars.redis.restrat',
      'primary.essential',
      'primary.dependsOn[0]',
      'sidecars.redis.command',
    ]);
  });

  test('a misshapen command, and what a process lacks, hide nothing', () => {
    const config = { sidecars: { a: { command: 7 }, b: {} }, primary: { command: 'x', dependsOn: ['c'] } };
    expect(problemsOf(config)).toEqual(['sidecars.a.command', 'sidecars.b.command', 'primary.dependsOn[0]']);
  });

  test('an incomplete parent goes with its misshapen field', () => {
    const config = {
      primary: {
        command: 'x',
        stop: { signal: 'SIGHOP' },
        restart: { limit: { restarts: -1, within: 'soon' } },
      },
    };
    expect(problemsOf(config)).toEqual([
      'primary.restart.limit.restarts',
      'primary.restart.limit.within',
      'primary.stop.signal',
    ]);
  });
});

describe('no problem is told that is only the shadow of another', () => {
  test('names are not missed while a field that gives names is misshapen', () => {
    const config = {
      sidecars: { redis: { command: 'redis ${ports.redis.main}', prots: { main: 'auto' } } },
      primary: { command: 'x', readiness: { tcp: 'http' }, ports: { http: 'any' } },
    };
    expect(problemsOf(config)).toEqual(['sidecars.redis.prots', 'primary.ports.http']);
  });

  test('processes are not missed while their section is misspelt', () => {
    const config = {
      sidecar: { redis: { command: 'redis' } },
      primary: { command: 'x', dependsOn: ['redis'] },
    };
    expect(problemsOf(config)).toEqual(['sidecar']);
  });

  test('nothing sound can be made of what is no config', () => {
    expect(problemsOf(42)).toHaveLength(1);
  });
});
