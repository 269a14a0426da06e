import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import { onTestFinished } from 'vitest';

const built = new Map<string, Promise<string>>();

/**
 * The path of a program that does what a file of the tests does, with all that this imports. Every supported Node can
 * run it, while the oldest cannot run `src/` as it is written; and it starts faster. Each file is built once per test,
 * and removed after it.
 */
export const bundled = (file: string): Promise<string> => {
  const program = built.get(file) ?? bundle(file);
  built.set(file, program);
  return program;
};

const bundle = async (file: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-bundle-'));
  // Tests run it as other users too.
  chmodSync(folder, 0o755);
  onTestFinished(() => {
    built.delete(file);
    rmSync(folder, { recursive: true, force: true });
  });
  return buildBundle(file, folder);
};

/** Writes a program into a folder, and returns its path. */
export const buildBundle = async (file: string, folder: string): Promise<string> => {
  const { output } = await build({
    input: file,
    platform: 'node',
    external: ['koffi'],
    transform: { target: 'node22.22' },
    output: { dir: folder, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    logLevel: 'silent',
  });
  return join(folder, output[0].fileName);
};
