import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled } from '../../../support/installed.ts';
import { Follower, lines, newFolder, text } from './follower.ts';

const ROTATIONS = 4;
const LINES = 300;

/** Rotates `logs/a.log` now, as logrotate is told to. */
const rotater = (folder: string, directives: readonly string[]) => {
  const config = join(folder, 'logrotate.conf');
  writeFileSync(config, `${join(folder, 'logs/a.log')} {\n  rotate 9\n  ${directives.join('\n  ')}\n}\n`);
  // It refuses a configuration that others could write.
  chmodSync(config, 0o644);
  return (): void => {
    execFileSync('logrotate', ['--force', '--state', join(folder, 'state'), config], { stdio: 'pipe' });
  };
};

describe.skipIf(!isInstalled('logrotate'))('logrotate', () => {
  it.each([
    ['create', ['create'], 'a.log.3'],
    ['copytruncate', ['copytruncate'], 'a.log.3'],
    ['delaycompress', ['create', 'compress', 'delaycompress'], 'a.log.3.gz'],
    ['copytruncate and delaycompress', ['copytruncate', 'compress', 'delaycompress'], 'a.log.2.gz'],
  ] as const)('with %s loses no line, and has none sent twice', (_, directives, made) => {
    const folder = newFolder();
    const logs = join(folder, 'logs');
    mkdirSync(logs, { mode: 0o755 });
    const rotate = rotater(folder, directives);
    const follower = new Follower(logs).follow();
    for (let turn = 0; turn < ROTATIONS; turn += 1) {
      appendFileSync(join(logs, 'a.log'), text(lines('a', LINES, 2 * turn * LINES)));
      follower.follow();
      // Every other time, a part was not read yet when the file is rotated.
      appendFileSync(join(logs, 'a.log'), text(lines('a', LINES, (2 * turn + 1) * LINES)));
      if (turn % 2 === 0) follower.follow();
      rotate();
      follower.follow().wait(10_000).follow();
    }
    expect(existsSync(join(logs, made))).toBe(true);
    const all = lines('a', 2 * ROTATIONS * LINES);
    expect(follower.bodies).toHaveLength(all.length);
    expect(new Set(follower.bodies)).toEqual(new Set(all));
  });
});
