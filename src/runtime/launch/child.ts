import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { NotifyPipes } from '../probes/notify-channel.ts';
import type { InputEnd } from './process-input.ts';
import type { Spawnable } from './shell-command.ts';

export interface StartOptions {
  /** Absolute path. */
  readonly cwd: string;
  /** Whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: InputEnd;
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  /** Descriptors from 3 on. */
  readonly handed: readonly number[];
  readonly inOurSession: boolean;
  /** Adds two pipes as its next descriptors, to report by either that it is ready. */
  readonly notify: boolean;
}

/**
 * The part of a ChildProcess that is used here, whoever has started it. It emits `exit` with the code or the signal.
 */
export interface Child extends EventEmitter {
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly stdio: readonly (Readable | Writable | null | undefined)[];
  /** Makes it no longer keep this process alive. */
  unref(): void;
}

export type Started =
  | {
      readonly ok: true;
      readonly pid: number;
      readonly child: Child;
      /** Pipes, or null if they were not requested. */
      readonly notify: NotifyPipes | null;
    }
  /** Code of Node's error. */
  | { readonly ok: false; readonly code: Promise<string | undefined> };

export type StartProgram = (spawnable: Spawnable, options: StartOptions) => Started;
