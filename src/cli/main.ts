// Noted before a config's code can change it.
import './start-folder.ts';
import type { Milliseconds } from '../model/vocabulary.ts';
import { after } from '../time/timers.ts';
import { POD_FAILED } from './exit-codes.ts';
import { leaveFilesUnsynced } from './leave-files-unsynced.ts';
import { lostOutput } from './lost-output.ts';
import { keepOwnCache } from './own-cache.ts';
import { keepStdout } from './own-stdout.ts';
import { plainStart } from './plain-start.ts';
import { reportCrash } from './report-crash.ts';
import { runInForeground } from './run-in-foreground.ts';
import type { StartCode } from './start-code.ts';
import { flush } from './terminal.ts';
import { warn } from './warn.ts';

/** `process.exit` calls this function last. Node does not document it, and some code calls it to exit at once. */
type Ending = NodeJS.Process & { reallyExit: (code: number) => never };

/**
 * Keeps a config's code, which runs in this process, from ending it while a pod lives in it. Returns a function that
 * exits with a code, whatever exit listeners a config may have left.
 */
const keepExitToOurselves = (): ((code: number) => void) => {
  const ending = process as Ending;
  const { exit, reallyExit } = ending;
  const end = (code: number): never => {
    leaveFilesUnsynced();
    return Reflect.apply(reallyExit, process, [code]);
  };
  process.exit = refusing('exit');
  ending.reallyExit = refusing('reallyExit');
  return (code) => {
    try {
      ending.reallyExit = () => end(code);
      Reflect.apply(exit, process, [code]);
    } finally {
      end(code);
    }
  };
};

const refusing =
  (name: string) =>
  (code?: string | number | null): never => {
    throw new Error(`process.${name}(${code ?? ''}) was called, which would end sidecarctl: remove it`);
  };

/** By then a pod has started. Its end is not part of what the next start loads, and V8 forgets functions in the course of time. */
const LONG_RUN: Milliseconds = 2_000;

/** Runs the command line and ends the process with its exit code. `cache`: the user's own folder, null without one. */
export const main = async (argv: readonly string[], cache: string | null, code: StartCode): Promise<void> => {
  keepStdout();
  keepOwnCache(cache);
  const exit = keepExitToOurselves();
  after(LONG_RUN, () => code.keep('long'), { ref: false });
  const exitCode = await carryOut(argv);
  code.keep('short');
  await flush('stdout');
  const lost = lostOutput();
  if (lost !== null) warn(`some output to stdout was lost: ${lost}`);
  await flush('stderr');
  exit(lost !== null && exitCode === 0 ? POD_FAILED : exitCode);
};

/** Loads the parser of command lines only for one that says more than most starts. */
const carryOut = async (argv: readonly string[]): Promise<number> => {
  const start = plainStart(argv);
  if (start !== null) return runInForeground(start).catch(reportCrash);
  const { runCommandLine } = await import('./command-line.ts');
  return runCommandLine(argv);
};
