import { posix } from 'node:path';
import { stepsOf } from './shell-steps.ts';

/** A process that a script runs beside others. */
export interface Entry {
  readonly name: string;
  /** Shell line. */
  readonly command: string;
  /** The line behind the command, where that is a script of the package. */
  readonly line: string;
  /** Folder that it runs in, as seen from the package.json that is read. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Env files, as seen from the package.json that is read. */
  readonly envFiles: readonly string[];
  /** Names of the entries that must have ended before it. */
  readonly after: readonly string[];
  /** True if it runs to its end before the others. */
  readonly runsOnce: boolean;
  /** True for a package of a workspace, which is an app of its own unless it only helps. */
  readonly isPackage: boolean;
  /** True if it restarts by itself a few times: as `concurrently --restart-tries` has it. */
  readonly restarts?: number;
}

/** Words that say how a script runs, and not what it is. */
const HOW = /^(dev|start|serve|watch|run)[:_-]|[:_-](dev|start|serve|watch)$/g;

/** `dev:css` is `css`, and `server:start` is `server`. */
export const nameOfScript = (script: string): string => script.replaceAll(HOW, '') || script;

/** Names a command by its script, its folder or its program: `nodemon src/server.js` is `server`. */
export const nameOfCommand = (written: string): string => {
  const steps = stepsOf(written) ?? [];
  // What waits for others first is named by what it waits with.
  const line = /^\s*cd\s/.test(written) ? written : (steps.at(-1)?.line ?? written);
  const folder = /^\s*cd\s+["']?([\w./@-]+)/.exec(line)?.[1] ?? OPTION_FOLDER.exec(line)?.[1];
  if (folder !== undefined) return posix.basename(folder);
  const script = /\b(?:npm|pnpm|yarn|bun)\s+(?:-\S+\s+)*(?:run\s+)?([\w:.-]+)/.exec(line)?.[1];
  if (script !== undefined && script !== 'exec') return nameOfScript(script);
  const file = SCRIPT_FILE.exec(line)?.[1];
  if (file !== undefined) return nameOfFile(file);
  const words = line.replace(/^(\s*(cross-env\s+)?\w+=\S*\s+)+/, '').split(/\s+/);
  return posix.basename(
    words.find((word) => !/^(npx|bunx|exec|-.*)$/.test(word) && word !== '') ?? 'process',
  );
};

const OPTION_FOLDER =
  /\s(?:--prefix|-C|--cwd|--dir|--workspace|-w|--filter|-F|workspace)[ =]["']?(?:@[\w-]+\/)?([\w./-]+)/;

/** A file that a runtime or a watcher of files runs. */
const SCRIPT_FILE =
  /\b(?:node|nodemon|tsx|ts-node|ts-node-dev|bun|deno|python3?|ruby)\b.*?\s(?!-)([\w./-]+\.(?:[cm]?[jt]sx?|py|rb))\b/;

const nameOfFile = (file: string): string => {
  const base = posix.basename(file).replace(/\.\w+$/, '');
  const above = posix.basename(posix.dirname(file));
  if (!/^(index|main)$/.test(base)) return base;
  return /^(\.|src|dist|build|lib|out)?$/.test(above) ? 'app' : above;
};
