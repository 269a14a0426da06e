import { closeSync } from 'node:fs';
import type { InputKind } from '../../model/pod-spec.ts';
import { loadLibc } from '../native/libc.ts';

/** What a process is started with as its stdin: a descriptor, a pipe that Node makes, our own, or /dev/null. */
export type InputEnd = number | 'pipe' | 'inherit' | 'ignore';

/** The stdin of one instance of a process. */
export interface ProcessInput {
  readonly end: InputEnd;
  /** To be called once the process has it, or could not be started. */
  handedOver(): void;
  /** To be called once the process is gone: until then what is a pipe has no end. */
  close(): void;
}

/**
 * Watchers take the end of stdin for the end of whoever started them. So a process that runs on gets a pipe of its own on
 * which nothing comes. A real pipe can be opened anew (`cat /dev/stdin`), which the socket that Node makes cannot: that
 * one is for where there is no koffi.
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
