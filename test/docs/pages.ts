import { fileURLToPath } from 'node:url';
import { commandReference } from './command-reference.ts';
import { configReference } from './config-reference.ts';
import { watchingPage, watchingPath } from './watching-page.ts';

/** The pages that are made of the code, or have parts that are, each with what makes it. */
export const generatedPages = [
  { path: fileURLToPath(new URL('../../docs/config-reference.md', import.meta.url)), make: configReference },
  { path: fileURLToPath(new URL('../../docs/commands.md', import.meta.url)), make: commandReference },
  { path: watchingPath, make: watchingPage },
] as const;
