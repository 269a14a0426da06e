import { LOOPS } from './messages.ts';

/** Matches Node's own messages when it runs out of memory. */
export const OUT_OF_MEMORY = /heap out of memory|out of memory: |Allocation failed|std::bad_alloc/i;

const TOO_MUCH = 'the config needs more memory than the process that reads it may use';

/**
 * Says why the process that read a config has ended without an answer. `toldOfMemory`: Node reported that it ran out of
 * memory.
 */
export const endText = (
  code: number | null,
  signal: NodeJS.Signals | null,
  toldOfMemory: boolean,
): string => {
  if (code === LOOPS)
    return 'the config does not end: it loops, waits in a call that blocks, or is far too large';
  if (toldOfMemory) return TOO_MUCH;
  if (signal === null)
    return `the config ended the process that reads it (exit code ${code}): remove what ends it`;
  const reader = `the process that reads the config was ended by ${signal}`;
  if (signal === 'SIGKILL') return `${reader}: by the config itself, or by the system because memory ran out`;
  if (CRASHES.has(signal)) return `${reader}: Node, or a package with code of its own, crashed in it`;
  return `${reader}, sent by the config or by something else`;
};

const CRASHES: ReadonlySet<string> = new Set(['SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP']);
