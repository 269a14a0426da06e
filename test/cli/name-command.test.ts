import { describe, expect, test } from 'vitest';
import { nameCommand, namedHere } from '../../src/cli/name-command.ts';
import { Project } from '../support/project.ts';

describe('a command in a message', () => {
  test('names the config and the pod only where it has to', async () => {
    await using project = await Project.create({ 'sidecars.config.mjs': '' });
    const found = { configFile: project.path('sidecars.config.mjs'), label: null };
    const other = { configFile: project.path('blue.yaml'), label: 'pr-17' };
    const { folder } = project;
    expect(nameCommand('down', found, folder)).toBe("'sidecarctl down'");
    expect(nameCommand('down', other, folder)).toBe("'sidecarctl down -c blue.yaml --name pr-17'");
  });

  test('that the supervisor wrote is as typed in the folder of this command', () => {
    const configFile = '/shop/blue.yaml';
    const text = "cannot send to web: it is not running; start it with 'sidecarctl start web --name pr-17'";
    expect(namedHere(text, { configFile, label: 'pr-17' })).toBe(
      `cannot send to web: it is not running; start it with 'sidecarctl start web -c ${configFile} --name pr-17'`,
    );
    expect(namedHere("with 'sidecarctl start web-2'.", { configFile, label: null })).toBe(
      `with 'sidecarctl start web-2 -c ${configFile}'.`,
    );
  });
});
