import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CONTAINER_ENGINES, type ContainerEngineName } from '../../src/model/container-engines.ts';
import { canRun, IMAGE, withImage } from '../support/containers.ts';
import { pathWithout } from '../support/path-without.ts';
import { configFile, Project } from '../support/project.ts';
import { runToEnd } from '../support/run-to-end.ts';

const PLAIN = configFile({ name: 'plain', primary: { command: 'echo "runs here"' } });
const contained = (more: object = {}): string =>
  configFile({
    ...more,
    name: 'contained',
    init: { before: { command: 'touch started' } },
    primary: { image: IMAGE, command: ['echo', 'runs inside'] },
  });

/** As on a machine that has this engine alone, or none. */
const onMachineWith = async (
  engine: ContainerEngineName | null,
  config: string,
  words: readonly string[],
): Promise<{ readonly code: unknown; readonly text: string; readonly started: boolean }> => {
  using machine = pathWithout(CONTAINER_ENGINES.filter((name) => name !== engine));
  await using project = await Project.create({ 'sidecars.config.mjs': config });
  const { code, stdout, stderr } = await runToEnd(words, project.folder, { PATH: machine.path });
  return { code, text: stdout + stderr, started: existsSync(project.path('started')) };
};

describe('on a machine without a container engine', () => {
  test('a pod that needs none runs as on any other', async () => {
    const { code, text } = await onMachineWith(null, PLAIN, ['up', '--ui', 'plain']);
    expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^primary .*runs here$/m) });
    expect(await onMachineWith(null, PLAIN, ['check'])).toMatchObject({ code: 0 });
  });

  test.each([['up', '--ui', 'plain'], ['check']])(
    '%s of a pod with an image says how to get an engine, and nothing is started',
    async (...words) => {
      const { code, text, started } = await onMachineWith(null, contained(), words);
      expect({ code, started }).toEqual({ code: 1, started: false });
      expect(text).toContain('primary: no container engine answers: docker is not installed, install it (');
      expect(text).toContain('podman is not installed, install it (https://podman.io/docs/installation)');
    },
  );

  test('doctor says how to get each', async () => {
    const { code, text } = await onMachineWith(null, PLAIN, ['doctor', '--json']);
    expect(code).toBe(0);
    const problem = expect.stringContaining('is not installed, install it');
    expect(JSON.parse(text).containers).toEqual(
      CONTAINER_ENGINES.map((engine) => ({
        engine,
        answers: false,
        version: null,
        rootless: false,
        problem,
      })),
    );
  });
});

describe.each(['podman', 'docker'] as const)('on a machine with %s alone', (engine) => {
  describe.skipIf(!canRun(engine))('a pod', () => {
    withImage(engine);

    test('with an image runs by it, whatever order the engines are asked in', async () => {
      const { code, text } = await onMachineWith(engine, contained(), ['up', '--ui', 'plain']);
      expect({ code, text }).toEqual({ code: 0, text: expect.stringMatching(/^primary .*runs inside$/m) });
    });

    test('that asks for another engine is refused, and doctor says which one is there', async () => {
      const other = engine === 'podman' ? 'docker' : 'podman';
      const asking = contained({ container: { engine: other } });
      const refused = await onMachineWith(engine, asking, ['up', '--ui', 'plain']);
      expect(refused).toMatchObject({ code: 1, started: false });
      expect(refused.text).toContain(`no container engine answers: ${other} is not installed, install it`);
      const { text } = await onMachineWith(engine, PLAIN, ['doctor']);
      expect(text).toMatch(new RegExp(`^containers  ${engine} \\d.*, which pods with images use$`, 'm'));
    });
  });
});
