import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attempt, listen, temporaryFolder } from './probe-context.ts';

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(() => rm(folder, { recursive: true }));

const probe = (name: string) => attempt({ kind: 'file', path: join(folder, name) });

test('a file is there', async () => {
  await writeFile(join(folder, 'ready'), '');
  expect(await probe('ready')).toEqual({ ok: true, message: 'exists' });
});

test('a directory is there', async () => {
  await mkdir(join(folder, 'directory'));
  expect(await probe('directory')).toEqual({ ok: true, message: 'exists' });
});

test('a unix socket is there', async () => {
  const server = createServer();
  await listen(server, { path: join(folder, 'socket') }).catch(() => {});
  expect(await probe('socket')).toEqual({ ok: true, message: 'exists' });
  server.close();
});

test('what is missing is not there, nor what is below a file, nor behind a dangling symlink', async () => {
  await writeFile(join(folder, 'plain'), '');
  await symlink(join(folder, 'gone'), join(folder, 'dangling'));
  for (const name of ['missing', 'plain/below', 'dangling']) {
    expect(await probe(name)).toEqual({ ok: false, message: `not there: ${join(folder, name)}` });
  }
});

test('a path that cannot be looked up is a failure with its reason', async () => {
  expect(await probe('x'.repeat(300))).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^ENAMETOOLONG: /),
  });
});
