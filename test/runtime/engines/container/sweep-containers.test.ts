import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sweepContainers } from '../../../../src/runtime/engines/container/sweep-containers.ts';

/** An engine that does what a shell script says, and writes down what it is asked. */
const engineOf = (script: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'podman');
  writeFileSync(file, `#!/bin/sh\necho "$@" >>"${folder}/asked"\n${script}\n`);
  chmodSync(file, 0o755);
  return {
    place: { engine: 'podman', env: { PATH: `${folder}:/usr/bin:/bin` } } as const,
    asked: () => readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n'),
  };
};

test('containers are removed until none is found', async () => {
  const { place, asked } = engineOf(
    'case "$1" in ps) [ -e "$0.gone" ] || echo c1 c2;; rm) : >"$0.gone";; esac',
  );
  expect(await sweepContainers(place, '0123abcd', 20_000)).toBe(true);
  const looks = 'ps --all --quiet --filter label=sidecarctl.run=0123abcd';
  expect(asked()).toEqual([looks, 'rm --force --volumes --time=0 c1 c2', looks]);
});

test.each([
  ['does not remove them', 'case "$1" in ps) echo c1;; *) exit 1;; esac'],
  ['does not say which there are', 'exit 1'],
])('containers may be left if the engine %s', async (_, script) => {
  expect(await sweepContainers(engineOf(script).place, '0123abcd', 300)).toBe(false);
});
