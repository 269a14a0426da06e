import { existsSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { armTerminalGuard } from '../../../src/runtime/guard/terminal-guard.ts';
import { Project } from '../../support/project.ts';

test.skipIf(process.platform === 'win32')(
  'the guard of a terminal is ready when it has noted the modes, however long that takes',
  async () => {
    await using project = await Project.create();
    const noted = project.path('noted');
    await project.write('stty', `#!/bin/sh\nsleep 0.2\n: >${noted}\n`, 0o755);
    vi.stubEnv('PATH', `${project.folder}:${process.env['PATH']}`);
    const guard = await armTerminalGuard('');
    vi.unstubAllEnvs();
    expect(existsSync(noted)).toBe(true);
    guard?.dismiss();
  },
);
