import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import type { InputRefusal } from '../../model/input-refusal.ts';
import type { InputKind } from '../../model/pod-spec.ts';
import { loadLibc } from '../native/libc.ts';

/** The stdin for a process: a descriptor, a pipe that Node creates, our own stdin, or /dev/null. */
export type InputEnd = number | 'pipe' | 'inherit' | 'ignore';

/** The stdin of one instance of a process. */
export interface ProcessInput {
  readonly end: InputEnd;
  /** Called once the process has it, or could not be started. */
  handedOver(): void;
  /**
   * Returns the stream to the process, or the reason why there is none. Called once at most, before it is closed.
   *
   * @param piped the pipe that Node has created, or null
   */
  stream(piped: Writable | null): Writable | InputRefusal;
  /** Called once the process is gone: until then a pipe has no end. Closes the stream. */
  close(): void;
}

/**
 * Opens the stdin of a process. Watchers take the end of stdin for the end of their parent, so a long-running process
 * gets a pipe of its own that stays open, and silent until somebody sends it something. A real pipe can be opened again
 * (`cat /dev/stdin`), unlike the socket that Node creates, which is used only without koffi.
 *
 * @example
 * const input = openInput('pipe');
 * spawn({ …, stdin: input.end });
 * input.handedOver();
 */
export const openInput = (kind: InputKind): ProcessInput => {
  if (kind === 'null') return NOTHING;
  return kind === 'caller' ? CALLERS : (openPipe() ?? BY_NODE);
};

const none = (): void => undefined;
const NOTHING: ProcessInput = {
  end: 'ignore',
  handedOver: none,
  stream: () => 'empty-stdin',
  close: none,
};
const CALLERS: ProcessInput = {
  end: 'inherit',
  handedOver: none,
  stream: () => 'callers-stdin',
  close: none,
};
/** Closed with the other streams of the child. */
const BY_NODE: ProcessInput = {
  end: 'pipe',
  handedOver: none,
  stream: (piped) => piped ?? 'empty-stdin',
  close: none,
};

const openPipe = (): ProcessInput | null => {
  const ends = loadLibc()?.pipe('waits') ?? null;
  if (ends === null) return null;
  const { reading, writing } = ends;
  let stream: Writable | null = null;
  return {
    end: reading,
    handedOver: () => closeSync(reading),
    // It makes this end return at once; the process has a description of its own, which waits.
    stream: () => {
      stream = new Socket({ fd: writing, readable: false, writable: true });
      return stream;
    },
    close: () => void (stream === null ? closeSync(writing) : stream.destroy()),
  };
};
