import { describe, expect, test } from 'vitest';
import { launchFailureText } from '../../../src/report/launch-failures.ts';
import { explainNotStarted } from '../../../src/runtime/launch/not-started.ts';
import { Project } from '../../support/project.ts';

const { PATH = '' } = process.env;

const explained = async (
  file: string,
  errno: string,
  given: { cwd?: string; env?: Record<string, string>; args?: string[] } = {},
) => {
  const attempted = { file, args: given.args ?? [], cwd: given.cwd ?? '/', env: { PATH, ...given.env } };
  const { code, failure } = await explainNotStarted(attempted, errno);
  return { code, message: launchFailureText(failure) };
};

describe('the reason of a failed launch is explained', () => {
  test.each([
    ['no-such-program', 'ENOENT', 127, 'command not found: no-such-program'],
    ['/usr', 'EACCES', 126, 'not executable, as it is a folder: /usr'],
    ['sh', 'EACCES', 126, 'not permitted to execute: sh'],
    ['sh', 'EAGAIN', 126, 'this user may not start more processes (EAGAIN): sh'],
    ['sh', 'EMFILE', 126, 'sidecarctl has too many files open to start it (EMFILE): sh'],
    ['sh', 'ENFILE', 126, 'the system has too many files open to start it (ENFILE): sh'],
    ['sh', 'ENOMEM', 126, 'there is not enough memory to start it (ENOMEM): sh'],
    ['sh', 'ETXTBSY', 126, 'it is being written to right now (ETXTBSY): sh'],
    ['sh', 'ENOEXEC', 126, 'not a program for this system (ENOEXEC): sh'],
    ['sh', 'EWHATEVER', 126, 'cannot start sh: EWHATEVER'],
  ])('%s fails with %s', async (file, code, status, message) => {
    expect(await explained(file, code)).toEqual({ code: status, message });
  });

  test('by the longest text, where one alone is too long', async () => {
    const { message } = await explained('sh', 'E2BIG', { env: { BIG: 'x'.repeat(140_000) } });
    expect(message).toBe(
      'sh cannot be given that much (E2BIG): the variable BIG has 140005 bytes, but the system allows 131072',
    );
    const { message: argument } = await explained('sh', 'E2BIG', { args: ['-c', 'x'.repeat(140_000)] });
    expect(argument).toContain('an argument has 140001 bytes');
  });

  test('by their sum, where all together are too long', async () => {
    const args = Array<string>(30).fill('x'.repeat(99_999));
    expect((await explained('sh', 'E2BIG', { args })).message).toMatch(
      /all arguments and variables together have 3\d{6} bytes/,
    );
  });

  test('by its folder, which is missing', async () => {
    expect(await explained('sh', 'ENOENT', { cwd: '/no/such/folder' })).toEqual({
      code: 126,
      message: 'the folder is missing: /no/such/folder',
    });
  });

  test('by a script’s line endings, interpreter and mode', async () => {
    await using project = await Project.create({ plain: '' });
    await project.write('windows', '#!/bin/sh\r\n', 0o755);
    await project.write('orphan', '#!/no/such/sh\n', 0o755);
    const of = async (file: string, code: string) =>
      (await explained(file, code, { cwd: project.folder })).message;
    expect(await of('./windows', 'ENOENT')).toContain('./windows has Windows line endings');
    expect(await of('./orphan', 'ENOENT')).toBe('./orphan is there, but its interpreter is not: /no/such/sh');
    expect(await of('./plain', 'EACCES')).toBe('not executable: ./plain');
  });
});
