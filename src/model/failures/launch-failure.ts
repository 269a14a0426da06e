import type { ImageFailure } from './container-failure.ts';
import type { IsolationFailure } from './isolation-failure.ts';
import type { FixedPort, PortFailure } from './port-failure.ts';
import type { StorageFailure } from './storage-failure.ts';

/** A reason why a process, a hook or a probe cannot be started. `report/launch-failures.ts` words it. */
export type LaunchFailure =
  | ProgramFailure
  /** The folder that it is to be started in. `path` is absolute. */
  | { readonly kind: 'folder-missing' | 'not-a-folder'; readonly path: string }
  /** The system refuses. `code` is its error, such as `EAGAIN`. */
  | { readonly kind: 'refused'; readonly file: string; readonly code: string }
  /** sidecarctl or the system has no descriptor left to start it with. */
  | { readonly kind: 'no-descriptors'; readonly code: string }
  /** The system gives it no terminal of its own. `code` is its error. */
  | { readonly kind: 'no-terminal'; readonly code: string }
  /** One text is longer than the system allows. */
  | {
      readonly kind: 'text-too-long';
      readonly file: string;
      readonly part: LaunchPart;
      readonly bytes: number;
      readonly limit: number;
    }
  /** All arguments and variables together are too long. */
  | { readonly kind: 'texts-too-long'; readonly file: string; readonly bytes: number }
  | { readonly kind: 'nul-character'; readonly file: string; readonly part: LaunchPart }
  | EnvFileFailure
  | { readonly kind: 'files-not-written' | 'not-mounted'; readonly failure: StorageFailure }
  | { readonly kind: 'not-isolated'; readonly failure: IsolationFailure }
  | ImageFailure
  | TakenPort
  | SocketFailure
  /** A bug in sidecarctl. */
  | { readonly kind: 'internal-error' };

/** A part of a command or of its surroundings. */
export type LaunchPart =
  | { readonly kind: 'argument' | 'folder' }
  | { readonly kind: 'variable'; readonly name: string };

/** `file`: the program as the command names it. */
export interface ProgramFailure {
  readonly kind: 'program';
  readonly file: string;
  readonly obstacle: ProgramObstacle;
}

/** A reason why a program would not start; `path` is absolute. */
export type ProgramObstacle =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'not-executable'; readonly path: string }
  /** A symlink to a missing file, or one of several that form a cycle. `target` is its text. */
  | { readonly kind: 'dangling'; readonly path: string; readonly target: string }
  | ScriptObstacle;

export type ScriptObstacle =
  /** The first line ends in a carriage return, which Linux takes for a part of the interpreter's name. */
  | { readonly kind: 'windows-lines'; readonly path: string }
  /** `interpreter`: the name in the first line. */
  | { readonly kind: 'interpreter-missing'; readonly path: string; readonly interpreter: string }
  /** The loader of a compiled program is missing: it is for another C library or processor. */
  | { readonly kind: 'loader-missing'; readonly path: string; readonly loader: string };

/** `path` is absolute. */
export type EnvFileFailure = { readonly path: string } & (
  | { readonly kind: 'env-file-missing' }
  /** `cause` is the system's message. */
  | { readonly kind: 'env-file-unreadable'; readonly cause: string }
  /** It contains NUL bytes. */
  | { readonly kind: 'env-file-not-text' }
  | { readonly kind: 'env-file-wrong'; readonly line: number }
);

/** Another process has a port of the process. */
export type TakenPort = Extract<PortFailure, { readonly kind: 'port-taken' }>;

/** sidecarctl cannot listen on a port for the process. */
export interface SocketFailure {
  readonly kind: 'socket-not-opened';
  readonly port: Pick<FixedPort, 'name' | 'port' | 'host'>;
  /** Code of the system's error, or `UNSUPPORTED`. */
  readonly code: string;
}
