import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A PATH with all programs of this machine but those named, as on a machine where nobody has installed them. */
export const pathWithout = (programs: readonly string[]): Disposable & { readonly path: string } => {
  const path = mkdtempSync(join(tmpdir(), 'sidecarctl-path-'));
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => existsSync(folder));
  for (const folder of folders)
    for (const program of readdirSync(folder)) {
      const there = join(path, program);
      if (!programs.includes(program) && !existsSync(there)) symlinkSync(join(folder, program), there);
    }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
};
