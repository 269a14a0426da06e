import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { RunningRefresh } from './running-refresh.ts';
import { makeFolder } from './sources/read.ts';

/** A file system of its own, which few machines allow a user. */
const UNSHARE = ['unshare', '--user', '--map-root-user', '--mount'];

const canMount = (): boolean => {
  try {
    execFileSync(UNSHARE[0] ?? '', [...UNSHARE.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
};

it.skipIf(!canMount())('on a full disk, the old file stays until there is room again', async () => {
  const source = join(makeFolder(), 'text');
  const write = (letter: string, bytes: number): void => writeFileSync(source, letter.repeat(bytes));
  write('a', 20_000);
  const script = 'mount -t tmpfs -o size=64k tmpfs "$(dirname "$3")/../volume" && exec "$@"';
  const running = await RunningRefresh.start(
    (volume) => ({
      sources: { text: { kind: 'file', path: source, parse: 'text', interval: 20, timeout: 1_000 } },
      files: [{ template: { text: '{{text}}' }, volume, path: 'app.conf', perms: 0o644, check: null }],
    }),
    { wrap: [...UNSHARE, 'sh', '-c', script, 'sh'] },
  );
  const volume = `/proc/${running.pid}/root${running.volume}`;
  const shown = (): string => readFileSync(join(volume, 'app.conf'), 'utf8');
  expect(shown()).toBe('a'.repeat(20_000));
  write('b', 60_000);
  await running.says('write: ENOSPC');
  expect(shown()).toBe('a'.repeat(20_000));
  expect(readdirSync(volume).filter((name) => name.startsWith('..2'))).toHaveLength(1);
  expect(await running.isReady()).toBe(true);
  write('c', 30_000);
  await eventually('the new file', () => shown() === 'c'.repeat(30_000));
  await running.says('write: works again');
});
