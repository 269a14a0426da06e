import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { type SpawnOptions, spawn } from '../../../src/runtime/launch/spawn.ts';
import { loadLibc } from '../../../src/runtime/native/libc.ts';
import { NativeStarter } from '../../../src/runtime/native/native-starter.ts';

const { PATH = '' } = process.env;
const libc = loadLibc();
const native = libc === null ? null : new NativeStarter(libc, null);

const STARTERS = [
  { by: 'Node', native: null },
  { by: 'the C library', native },
] as const;

describe.each(STARTERS)('started by $by', ({ native }) => {
  const failureOf = async (options: Partial<SpawnOptions>) => {
    const output = native === null ? {} : { output: { stdout: native.nothing, stderr: native.nothing } };
    const spawned = spawn({
      command: { kind: 'direct', file: 'true', args: [] },
      cwd: tmpdir(),
      env: { PATH },
      native,
      ...output,
      ...options,
    });
    return spawned.ok ? 'it was started' : spawned.failure;
  };

  test('a command whose environment holds a NUL character is refused by the name of the variable', async () => {
    expect(await failureOf({ env: { PATH, TOKEN: 'a\0b' } })).toEqual({
      kind: 'not-started',
      code: 126,
      failure: { kind: 'nul-character', file: 'true', part: { kind: 'variable', name: 'TOKEN' } },
    });
  });

  test('a command whose folder holds a NUL character is refused', async () => {
    expect(await failureOf({ cwd: '/tmp\0/x' })).toMatchObject({
      code: 126,
      failure: { kind: 'nul-character', part: { kind: 'folder' } },
    });
  });
});
