import { fileURLToPath } from 'node:url';
import { commandReference } from './command-reference.ts';
import { configReference } from './config-reference.ts';

/** The pages that are made of the code, each with what makes it. */
export const generatedPages = [
  { path: fileURLToPath(new URL('../../docs/config-reference.md', import.meta.url)), make: configReference },
  { path: fileURLToPath(new URL('../../docs/commands.md', import.meta.url)), make: commandReference },
] as const;
