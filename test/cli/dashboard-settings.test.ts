import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { dashboardSettings } from '../../src/cli/dashboard-settings.ts';
import { makeFolder } from '../config/support.ts';

const PROJECT = { keys: {}, theme: {} };

const write = (folder: string, text: string): void => {
  mkdirSync(join(folder, 'sidecarctl'), { recursive: true });
  writeFileSync(join(folder, 'sidecarctl', 'config.yaml'), text);
};

afterEach(() => void vi.unstubAllEnvs());

test('settings are read from XDG_CONFIG_HOME', async () => {
  const folder = makeFolder();
  write(folder, 'wrap: true\ntime: ago\n');
  vi.stubEnv('XDG_CONFIG_HOME', folder);
  const { ui, mistakes } = await dashboardSettings(PROJECT);
  expect(ui).toEqual({ ...PROJECT, wrap: true });
  expect(mistakes).toEqual([expect.stringMatching(/config\.yaml: time: .*'times'/)]);
});

test.each(['', 'not/absolute'])(
  'settings are read from ~/.config if XDG_CONFIG_HOME is %j',
  async (given) => {
    const home = makeFolder();
    write(join(home, '.config'), 'wrap: true\n');
    vi.stubEnv('HOME', home);
    vi.stubEnv('XDG_CONFIG_HOME', given);
    expect(await dashboardSettings(PROJECT)).toEqual({
      ui: { ...PROJECT, wrap: true },
      file: join(home, '.config', 'sidecarctl', 'config.yaml'),
      mistakes: [],
    });
  },
);

test("without a user's file the project's settings stay as they are", async () => {
  vi.stubEnv('XDG_CONFIG_HOME', makeFolder());
  expect(await dashboardSettings(PROJECT)).toEqual({ ui: PROJECT, file: null, mistakes: [] });
});
