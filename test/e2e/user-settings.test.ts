import { expect, test } from 'vitest';
import { eventually } from '../support/deadline.ts';
import { configFile, Project } from '../support/project.ts';
import { PseudoTerminal } from '../support/pseudo-terminal.ts';

/** Foregrounds of what is ready, on a dark background and on a light one. */
const [DARK_READY, LIGHT_READY] = ['\u001b[32m', '\u001b[38;5;28m'];
const ASKED = '\u001b]11;?';

const project = (settings: string | null) =>
  Project.create({
    'sidecars.config.mjs': configFile({ primary: { name: 'web', command: 'exec sleep 600' } }),
    ...(settings === null ? {} : { 'home/sidecarctl/config.yaml': settings }),
  });

const open = (made: Project): PseudoTerminal =>
  new PseudoTerminal(['dev'], {
    cwd: made.folder,
    columns: 200,
    env: { XDG_CONFIG_HOME: made.path('home') },
  });

test('a terminal that says its background is light gets colors for it, and one that says nothing those for dark', async () => {
  await using made = await project(null);
  await using terminal = open(made);
  await eventually('the question', () => terminal.output.includes(ASKED));
  await terminal.shows(/web +ready/);
  expect(terminal.output).toContain(`${DARK_READY}● `);
  expect(terminal.output).not.toContain(LIGHT_READY);
  terminal.type('\u001b]11;rgb:ffff/ffff/ffff\u0007');
  await eventually('colors for a light background', () => terminal.output.includes(`${LIGHT_READY}● `));
  terminal.type('\u0003');
  expect(await terminal.exit()).toBe(0);
});

test("a user's own file has the keys and the theme of every project, and a mistake in it is a notice", async () => {
  await using made = await project(
    'theme: light\nkeys: { quit: [Z, ctrl+c] }\nconfirmQuit: false\nwarp: true\n',
  );
  await using terminal = open(made);
  await terminal.shows(/warp: unknown field.*'wrap'/);
  await terminal.shows(/Z quit/);
  expect(terminal.output).not.toContain(ASKED);
  expect(terminal.output).toContain(`${LIGHT_READY}● `);
  terminal.type('Z');
  expect(await terminal.exit()).toBe(0);
});
