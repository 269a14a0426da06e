import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRuleProblems } from '../../../src/config/check/rules.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';

const FOLDER = '/home/ann/shop';

const problemsOf = (primary: object, platform: NodeJS.Platform): string => {
  const config = { volumes: { logs: {}, data: {} }, primary: { command: 'true', ...primary } };
  const problems = findRuleProblems(config, FOLDER, platform);
  return formatConfigProblems({ ok: false, file: null, problems }, { color: false });
};

describe.each(['darwin', 'win32'] as const)('on %s', (platform) => {
  it('a pid namespace is refused, with what to do', () => {
    expect(problemsOf({ isolate: 'pid' }, platform)).toBe(
      'primary.isolate: needs a pid namespace, which only Linux has: leave it out here.\n',
    );
  });

  it("so is a mount outside the config's folder", () => {
    expect(problemsOf({ mounts: { logs: '/var/log' } }, platform)).toMatch(
      /^primary\.mounts\.logs: .* mount namespace, which only Linux has: mount inside the config's folder/,
    );
  });

  it('one inside of it is a symlink there too, however it is written', () => {
    expect(problemsOf({ mounts: { logs: 'var/log', data: join(FOLDER, 'data') } }, platform)).toBe('');
  });
});

describe('on linux', () => {
  it.each([
    ['a pid namespace', { isolate: 'pid' }],
    ["mounts outside the config's folder", { mounts: { logs: '/var/log', data: '/var/lib' } }],
    ['a mount that a folder of the like name stands beside', { mounts: { logs: '/home/ann/shop-logs' } }],
  ])('is right with %s', (_, primary) => {
    expect(problemsOf(primary, 'linux')).toBe('');
  });

  it.each(['/', '/home', FOLDER.slice(0, -5)])("a volume at %s would hide the config's folder", (at) => {
    expect(problemsOf({ mounts: { logs: at } }, 'linux')).toContain(`would hide ${FOLDER} from the process`);
  });
});
