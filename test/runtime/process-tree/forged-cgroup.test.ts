import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PodCgroup } from '../../../src/runtime/process-tree/pod-cgroup.ts';
import { temporaryFolder } from '../volumes/support.ts';

test.runIf(process.platform === 'linux')('a folder that only looks like a cgroup is none', () => {
  const path = join(temporaryFolder(), 'sidecarctl-00c0ffee');
  mkdirSync(path);
  writeFileSync(join(path, 'cgroup.kill'), 'years of work');
  expect(PodCgroup.ofRun('00c0ffee', path)).toBeNull();
  expect(readFileSync(join(path, 'cgroup.kill'), 'utf8')).toBe('years of work');
});
