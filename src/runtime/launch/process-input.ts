import { closeSync } from 'node:fs';
import type { InputKind } from '../../model/pod-spec.ts';
import { loadLibc } from '../native/libc.ts';

/** The stdin for a process: a descriptor, a pipe that Node creates, our own stdin, or /dev/null. */
export type InputEnd = number | 'pipe' | 'inherit' | 'ignore';

/** The stdin of one instance of a process. */
export interface ProcessInput {
  readonly end: InputEnd;
  /** Called once the process has it, or could not be started. */
  handedOver(): void;
  /** Called once the process is gone: until then a pipe has no end. */
  close(): void;
}

/**
 * Opens the stdin of a process. Watchers take the end of stdin for the end of their parent, so a long-running process
 * gets a pipe of its own that stays silent. A real pipe can be opened again (`cat /dev/stdin`), unlike the socket that
 * Node creates, which is used only without koffi.
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
const NOTHING: ProcessInput = { end: 'ignore', handedOver: none, close: none };
const CALLERS: ProcessInput = { end: 'inherit', handedOver: none, close: none };
/** Closed with the other streams of the child. */
const BY_NODE: ProcessInput = { end: 'pipe', handedOver: none, close: none };

const openPipe = (): ProcessInput | null => {
  const ends = loadLibc()?.pipe('waits') ?? null;
  if (ends === null) return null;
  const { reading, writing } = ends;
  return { end: reading, handedOver: () => closeSync(reading), close: () => closeSync(writing) };
};
