import { lateNet } from '../late-net.ts';
import { handleOf, type ReadableHandle } from './readiness.ts';

interface PipeHandle extends ReadableHandle {
  /** Returns 0, or an error number. */
  open(fd: number): number;
}

type PipeClass = new (type: number) => PipeHandle;

/** Node's number for a pipe that is not a server. */
const SOCKET = 0;

/** Node's class of handles for pipes, which it gives away only with a socket. */
let Pipe: PipeClass | null = null;

/** A handle without the socket that Node puts above it, which takes 5 µs and 1 KB of memory more. */
export const openFifoHandle = (fifo: number): ReadableHandle => {
  if (Pipe === null) return openFirst(fifo);
  const handle = new Pipe(SOCKET);
  return handle.open(fifo) === 0 ? handle : belowSocket(fifo);
};

const openFirst = (fifo: number): ReadableHandle => {
  const handle = belowSocket(fifo);
  if (handle.constructor.name === 'Pipe') Pipe = handle.constructor as PipeClass;
  return handle;
};

const belowSocket = (fifo: number): ReadableHandle =>
  handleOf(new (lateNet().Socket)({ fd: fifo, readable: false, writable: false }));
