import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { layerSettings } from '../../../src/config/load/user-settings.ts';
import type { UiSpec } from '../../../src/model/pod-spec.ts';
import { formatConfigProblems } from '../../../src/report/config-problems.ts';
import { makeFolder } from '../support.ts';

const NOTHING: UiSpec = { keys: {}, theme: {} };

const layered = async (text: string, project: UiSpec = NOTHING) => {
  const file = join(makeFolder(), 'config.yaml');
  writeFileSync(file, text);
  const { ui, problems } = await layerSettings(file, project);
  return { ui, mistakes: formatConfigProblems({ ok: false, file: 'f', problems }, { color: false }) };
};

describe("a user's settings", () => {
  test('count where the project says nothing', async () => {
    const text = `
keys: { restart: F, quit: [Z, ctrl+c] }
theme: { accent: '#ff8800', ready: blue }
confirmQuit: false
wrap: true
times: clock
`;
    const project: UiSpec = {
      keys: { restart: ['B'] },
      theme: { ready: 'bright-blue' },
      confirmQuit: true,
      times: 'ago',
    };
    expect(await layered(text, project)).toEqual({
      ui: {
        keys: { restart: ['B'], quit: ['Z', 'ctrl+c'] },
        theme: { accent: '#ff8800', ready: 'bright-blue' },
        confirmQuit: true,
        wrap: true,
        times: 'ago',
      },
      mistakes: '',
    });
  });

  test('name the background, below the colors of the project', async () => {
    const { ui, mistakes } = await layered('theme: light\n', { ...NOTHING, theme: { accent: 'red' } });
    expect(ui).toEqual({ keys: {}, theme: { base: 'light', accent: 'red' } });
    expect(mistakes).toBe('');
    expect((await layered('theme: lite\n')).mistakes).toBe(
      "f: theme: is 'lite'; expected 'auto', 'dark', 'light', or an object with base, accent, ready, waiting, failed, muted.\n",
    );
  });

  test.each(['', '# only a comment\n', '{}'])('may say nothing: %j', async (text) => {
    expect(await layered(text)).toEqual({ ui: NOTHING, mistakes: '' });
  });

  test('with a mistake keep everything else', async () => {
    const { ui, mistakes } = await layered('wrapp: true\nkeys: { restrat: F, quit: Z }\ntimes: ago\n');
    expect(ui).toEqual({ keys: { quit: ['Z'] }, theme: {}, times: 'ago' });
    expect(mistakes).toMatch(/f: wrapp: .*'wrap'/);
    expect(mistakes).toMatch(/f: keys\.restrat: .*'restart'/);
  });

  test.each([
    ['a text in place of the settings', 'dark', 'f: the config: '],
    ['no YAML', 'keys: {', 'f:1:'],
    ['a name that JavaScript has taken', '__proto__: {}', 'f: __proto__: '],
  ])('that are %s change nothing', async (_, text, mistake) => {
    const { ui, mistakes } = await layered(text, { ...NOTHING, wrap: true });
    expect(ui).toEqual({ ...NOTHING, wrap: true });
    expect(mistakes).toContain(mistake);
  });

  test('in a folder in place of the file change nothing', async () => {
    const file = join(makeFolder(), 'config.yaml');
    mkdirSync(file);
    const { ui, problems } = await layerSettings(file, NOTHING);
    expect(ui).toEqual(NOTHING);
    expect(problems).toEqual([{ kind: 'unreadable', message: 'it is not a file' }]);
  });

  test.each([
    ['another action', 'keys: { restart: x }', NOTHING, "'stop'"],
    ['an action of the project', 'keys: { restart: Z }', { ...NOTHING, keys: { stop: ['Z'] } }, "'stop'"],
    [
      'an earlier one of the project',
      'keys: { stop: Z }',
      { ...NOTHING, keys: { restart: ['Z'] } },
      "'restart'",
    ],
  ])('cannot take the key of %s', async (_, text, project, other) => {
    const { ui, mistakes } = await layered(text, project);
    expect(ui).toEqual(project);
    expect(mistakes).toMatch(new RegExp(`^f: keys\\.\\w+: the key '\\w' is already bound to ${other}`));
  });
});
