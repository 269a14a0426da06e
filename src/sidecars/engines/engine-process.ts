import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS } from '../../build.ts';
import type { CommandProcess } from '../../config/types.ts';

export type Content = string | Readonly<Record<string, unknown>>;

/** Debian has HAProxy, nginx and rsyslog where only root's `PATH` leads. */
const SEARCHED = ['${env.PATH}', '/usr/local/sbin', '/usr/sbin', '/sbin'].join(delimiter);

/** A process that runs an engine in place of the embedded program. One of its files has the name `options`. */
export const engineProcess = (
  files: NonNullable<CommandProcess['files']>,
  requires: NonNullable<CommandProcess['requires']>,
): CommandProcess => ({
  command: [
    process.execPath,
    fileURLToPath(new URL('engine.js', new URL(PROGRAMS, import.meta.url))),
    `\${files.options}`,
  ],
  env: { NODE_OPTIONS: null, PATH: SEARCHED },
  files,
  requires,
  readiness: { http: { port: 'admin', path: '/ready' } },
});

/** A file that an engine reads. What a config does not say itself, but reads from a variable, may be a secret. */
export const engineFile = <Change>(content: Content, onChange: Change) => ({
  content,
  onChange,
  ...(JSON.stringify(content).includes('${env.') ? { secret: true } : {}),
});
