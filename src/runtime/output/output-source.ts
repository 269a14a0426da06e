import type { OutputTap } from '../engines/engine.ts';
import type { Child } from '../launch/child.ts';

/** The stdout and stderr that a process is started with. */
export interface OutputEnds {
  readonly stdout: 'pipe' | number;
  readonly stderr: 'pipe' | number;
  /** Called once the process has them, or could not be started. */
  close(): void;
}

/** The source of a process's output, one instance after the other. */
export interface OutputSource extends OutputTap {
  openEnds(): OutputEnds;
  /** Begins to read the output of an instance. */
  attach(child: Child): void;
  /** Called when the instance has ended. Resolves when all its output has been read. */
  settle(child: Child): Promise<void>;
}
