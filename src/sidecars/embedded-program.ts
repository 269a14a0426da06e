import { fileURLToPath } from 'node:url';
import { PROGRAMS } from '../build.ts';
import type { CommandProcess } from '../config/types.ts';

/** Name of the file with the options of a program, in the folder of its process. */
const OPTIONS = 'options';

/** A flag of Node's: V8's young generation grows to 100 MB under load otherwise, for no gain in speed. */
export const SMALL_HEAP = '--max-semi-space-size=4';

/**
 * A process that runs one of the programs that come with sidecarctl, on the same Node. Its options are in a file: others
 * can read a command line. `flags` are Node's. It gets no options for Node that are meant for the user's own programs.
 */
export const embeddedProgram = (
  program: string,
  options: object,
  flags: readonly string[] = [],
): CommandProcess => ({
  command: [
    process.execPath,
    ...flags,
    fileURLToPath(new URL(`${program}.js`, new URL(PROGRAMS, import.meta.url))),
    `\${files.${OPTIONS}}`,
  ],
  env: { NODE_OPTIONS: null },
  files: {
    [OPTIONS]: {
      content: { ...options },
      onChange: { signal: 'SIGHUP' },
      ...(readsEnvironment(options) ? { secret: true } : {}),
    },
  },
  readiness: { http: { port: 'admin', path: '/ready' } },
});

/** What a config does not say itself, but reads from a variable, may be a secret. */
const readsEnvironment = (options: object): boolean => JSON.stringify(options).includes('${env.');

/** Text, in which nothing is a reference. */
export const literal = (text: string): string => text.replaceAll('${', () => '$${');
