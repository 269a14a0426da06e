import type { MoveToFile } from '../../logs/log-file.ts';
import type { OutputTap } from '../engines/engine.ts';
import type { Child } from '../launch/start-program.ts';
import type { OutputStream } from '../pod-reader.ts';

/** Takes what was read of a stream. `move`: it is still where it was read, and may be moved into a file from there. */
export type TakeOutput = (stream: OutputStream, chunk: Buffer, move: MoveToFile | null) => void;

/** What a process is started with as its stdout and stderr. */
export interface OutputEnds {
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  /** Once the process has them, or could not be started. */
  close(): void;
}

/** Where the output of a process comes from, one instance of it after the other. */
export interface OutputSource extends OutputTap {
  openEnds(): OutputEnds;
  /** From now on what the instance writes is taken. */
  attach(child: Child): void;
  /** To be called when the instance has died. Resolves when all that it wrote has been taken. */
  settle(child: Child): Promise<void>;
}
