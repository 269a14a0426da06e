import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder for what tests build, which is removed at the end of the run. */
    readonly programsFolder: string;
  }
}

export default (project: TestProject): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'sidecarctl-programs-'));
  project.provide('programsFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
};
