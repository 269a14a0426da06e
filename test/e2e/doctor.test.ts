import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMakeCgroups, forbidCgroups } from '../support/no-cgroups.ts';
import { Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const diagnose = async () => JSON.parse((await runToEnd(['doctor', '--json'], tmpdir())).stdout);

describe.runIf(process.platform === 'linux')('doctor', () => {
  test('names the limit that marks processes with a letter that the docs explain', async () => {
    const { limitFlag } = await diagnose();
    const page = readFileSync(new URL('../../docs/lifecycle.md', import.meta.url), 'utf8');
    expect(page).toContain(`\`ulimit ${limitFlag}\``);
  });

  test.runIf(canMakeCgroups())('finds cgroups where they can be made', async () => {
    expect(await diagnose()).toMatchObject({ backEnd: 'cgroup', guard: true });
  });

  describe('where no cgroup can be made', () => {
    let forbidden: { readonly restore: () => Promise<void> };
    beforeAll(() => {
      forbidden = forbidCgroups();
    });
    afterAll(() => forbidden.restore());

    test('falls back to marks, and says what may escape them', async () => {
      expect(await diagnose()).toMatchObject({
        backEnd: 'marks',
        guard: true,
        limitFlag: expect.stringMatching(/^-[xw]$/),
        holes: [expect.stringContaining('su and sudo'), expect.stringContaining('of another user')],
      });
    });

    test('tells the same in words', async () => {
      const { code, stdout, stderr } = await runToEnd(['doctor'], tmpdir());
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^processes +found by marks/m);
      expect(stdout).toMatch(/^guard +cleans up/m);
      expect(stdout).toMatch(/^isolation +(pid and mount namespaces, |none: .)/m);
      expect(stdout).toMatch(/^ {2}- A daemon that has cleared its environment/m);
    });
  });
});

describe("a user's own settings", () => {
  const doctor = async (settings: string | null, ...args: readonly string[]) => {
    await using home = await Project.create(settings === null ? {} : { 'sidecarctl/config.yaml': settings });
    const { stdout } = await runToEnd(['doctor', ...args], home.folder, { XDG_CONFIG_HOME: home.folder });
    return { stdout, file: home.path('sidecarctl/config.yaml') };
  };

  test('are named by doctor with what is wrong with them', async () => {
    const { stdout, file } = await doctor('thme: light\nkeys: { restart: x }\n');
    expect(stdout).toContain(`settings    ${file}: thme: unknown field. Did you mean 'theme'?`);
    expect(stdout).toMatch(/^settings +\S+: keys\.restart: .*stop/m);
    expect((await doctor('theme: light\n')).stdout).toMatch(/^settings +\S+config\.yaml$/m);
  });

  test('are in the JSON of doctor, with no file if there is none', async () => {
    const { stdout, file } = await doctor('thme: light\n', '--json');
    expect(JSON.parse(stdout).settings).toEqual({ file, mistakes: [expect.stringContaining('thme')] });
    expect(JSON.parse((await doctor(null, '--json')).stdout).settings).toEqual({ file: null, mistakes: [] });
  });
});

describe('the local CA', () => {
  const doctor = async (home: Project, ...args: readonly string[]) =>
    (await runToEnd(['doctor', ...args], home.folder, { XDG_DATA_HOME: home.folder })).stdout;

  test('is named by doctor, with whether the system trusts it, or with what is wrong with it', async () => {
    await using home = await Project.create();
    expect(await doctor(home)).toMatch(/^local CA {4}none yet/m);
    const none = { authority: null, problem: null, trusted: false };
    expect(JSON.parse(await doctor(home, '--json')).certificates).toEqual(none);
    await runToEnd(['trust', '--print'], home.folder, { XDG_DATA_HOME: home.folder });
    const file = home.path('sidecarctl/ca/ca.crt');
    expect(await doctor(home)).toContain(
      `local CA    ${file} (not trusted by the system: 'sidecarctl trust')\n`,
    );
    await home.write('sidecarctl/ca/ca.crt', 'damaged');
    expect(await doctor(home)).toMatch(/^local CA {4}\S+ca\.crt is damaged, so/m);
    expect(JSON.parse(await doctor(home, '--json')).certificates).toMatchObject({ authority: file });
  });
});
