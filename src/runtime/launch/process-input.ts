import { closeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { InputRefusal } from '../../model/input-refusal.ts';
import type { InputKind } from '../../model/pod-spec.ts';
import { lateNet } from '../late-net.ts';
import { loadLibc } from '../native/libc.ts';
import type { Input } from './input.ts';
import { PipeInput } from './pipe-input.ts';

/** The stdin for a process: a descriptor, a pipe that Node creates, our own stdin, or /dev/null. */
export type InputEnd = number | 'pipe' | 'inherit' | 'ignore';

/** The stdin of one instance of a process. */
export interface ProcessInput {
  readonly end: InputEnd;
  /** Called once the process has it, or could not be started. */
  handedOver(): void;
  /**
   * Returns the way to the process, or the reason why there is none. Called once at most, before it is closed.
   *
   * @param piped the pipe that Node has created, or null
   */
  input(piped: Writable | null): Input | InputRefusal;
  /** Called once the process is gone: until then a pipe has no end. Closes the way. */
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
  input: () => 'empty-stdin',
  close: none,
};
const CALLERS: ProcessInput = {
  end: 'inherit',
  handedOver: none,
  input: () => 'callers-stdin',
  close: none,
};
/** Closed with the other streams of the child. */
const BY_NODE: ProcessInput = {
  end: 'pipe',
  handedOver: none,
  input: (piped) => (piped === null ? 'empty-stdin' : new PipeInput(piped)),
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
    input: () => {
      stream = new (lateNet().Socket)({ fd: writing, readable: false, writable: true });
      return new PipeInput(stream);
    },
    close: () => void (stream === null ? closeSync(writing) : stream.destroy()),
  };
};

/** The stdin of a process on a terminal: `end` is its end of it, which closes with its output's. */
export const terminalInput = (end: number, input: Input): ProcessInput => ({
  end,
  handedOver: none,
  input: () => input,
  close: none,
});
