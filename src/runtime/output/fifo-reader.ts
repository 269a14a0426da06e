import { readSync } from 'node:fs';
import { Socket } from 'node:net';
import type { FlowSource } from '../../logs/flow.ts';
import type { MoveToFile } from '../../logs/log-file.ts';
import type { KernelTransfer } from './kernel-transfer.ts';

/** As much as a pipe holds. */
const READ_BYTES = 64 * 1024;
/** What a pipe can hold at the most, unless root has raised fs.pipe-max-size. */
const FULL_PIPE = 1024 * 1024;
/** A read of at least this much is the way of a flood, which is read into blocks of so many bytes. */
const LARGE = 16 * 1024;
const BLOCK_BYTES = 256 * 1024;
/** What small reads are copied into begins so small, and each is twice the one before. */
const FIRST_COPIES = 1024;
/** Then the others have their turn. */
const READS_A_TURN = 16;

/** For small reads, one after the other: what comes is copied. */
const shared = Buffer.allocUnsafeSlow(READ_BYTES);

/** What net.Socket is built on: with an empty buffer to read into, it says that there is something and leaves it there. */
interface ReadableHandle {
  useUserBuffer(buffer: Buffer): void;
  onread: () => void;
  readStart(): void;
  readStop(): void;
}

/** The chunk is the taker's. `move`: it stands in the FIFO still, and may be moved to a file from there. */
type TakeChunk = (chunk: Buffer, move: MoveToFile | null) => void;

interface FifoOptions {
  readonly fifo: number;
  readonly transfer: KernelTransfer | null;
  readonly take: TakeChunk;
  /** Called when nobody has it open for writing any more; without it the FIFO is one that we have open so ourselves. */
  readonly onEnd?: () => void;
}

/**
 * Reads a FIFO from the first launch of its process until the pod has ended.
 *
 * Node's streams make a new buffer for each read, which costs half of all throughput; here a flood fills blocks, of
 * which what was read is handed on uncopied.
 */
export class FifoReader implements FlowSource {
  readonly #options: FifoOptions;
  readonly #socket: Socket;
  readonly #handle: ReadableHandle;
  #isPaused = false;
  /** What of the block in use is still free. */
  #free: Buffer | null = null;
  /** What is left of the block that small reads are copied into, and how large the next is. */
  #copies = Buffer.alloc(0);
  #nextCopies = FIRST_COPIES;

  /** Closes the descriptor in the end. */
  constructor(options: FifoOptions) {
    this.#options = options;
    this.#socket = new Socket({ fd: options.fifo, readable: false, writable: false });
    this.#socket.on('error', () => undefined);
    this.#handle = (this.#socket as unknown as { readonly _handle: ReadableHandle })._handle;
    // biome-ignore lint/correctness/useHookAtTopLevel: the handle's, not one of React's.
    this.#handle.useUserBuffer(Buffer.alloc(0));
    this.#handle.onread = () => this.#readTurn();
    this.#handle.readStart();
  }

  pause(): void {
    this.#isPaused = true;
    this.#handle.readStop();
  }

  resume(): void {
    this.#isPaused = false;
    this.#handle.readStart();
  }

  /** Takes what is in the FIFO now, even when it is paused; what somebody goes on writing is not waited for. */
  drain(): void {
    for (let drained = 0, bytes = -1; bytes !== 0 && drained < FULL_PIPE; drained += bytes)
      bytes = this.#readOnce();
  }

  close(): void {
    this.#handle.readStop();
    this.#socket.destroy();
  }

  #readTurn(): void {
    for (let reads = 0; reads < READS_A_TURN && !this.#isPaused; reads += 1) {
      if (this.#readOnce() < READ_BYTES) return;
    }
  }

  /** How many bytes there were. */
  #readOnce(): number {
    const { fifo, transfer: kernel, take } = this.#options;
    const target = this.#free?.subarray(0, READ_BYTES) ?? shared;
    const bytes = kernel === null ? readNow(fifo, target) : kernel.peek(fifo, target);
    if (bytes === null) this.#end();
    if (bytes === null || bytes === 0) return 0;
    const chunk = this.#keep(target, bytes);
    if (kernel === null) take(chunk, null);
    else this.#takeAndEmpty(chunk, kernel);
    return bytes;
  }

  /** A FIFO at its end would be reported as readable without end. */
  #end(): void {
    this.#handle.readStop();
    this.#options.onEnd?.();
  }

  #takeAndEmpty(chunk: Buffer, kernel: KernelTransfer): void {
    const { fifo, take } = this.#options;
    let left = chunk.length;
    const move: MoveToFile = (file, bytes) => {
      const moved = kernel.move(fifo, file, bytes);
      left -= moved ?? 0;
      return moved;
    };
    take(chunk, move);
    // Of what went into no file.
    if (left > 0) readNow(fifo, shared.subarray(0, left));
  }

  #keep(target: Buffer, bytes: number): Buffer {
    const isLarge = bytes >= LARGE;
    if (this.#free === null || !isLarge) {
      if (isLarge) this.#free = Buffer.allocUnsafeSlow(BLOCK_BYTES);
      return this.#copyOf(target.subarray(0, bytes));
    }
    const rest = this.#free.subarray(bytes);
    this.#free = rest.length < READ_BYTES ? null : rest;
    return target.subarray(0, bytes);
  }

  /**
   * A chunk keeps all of the block it stands in for as long as its line is remembered. So the block is not Node's pool,
   * nor another process's, of which one line a second would keep the whole output; and one that is seldom written to has
   * small ones.
   */
  #copyOf(bytes: Buffer): Buffer {
    if (this.#copies.length < bytes.length) {
      this.#copies = Buffer.allocUnsafeSlow(Math.max(this.#nextCopies, bytes.length));
      this.#nextCopies = Math.min(this.#nextCopies * 2, READ_BYTES);
    }
    const copy = this.#copies.subarray(0, bytes.length);
    this.#copies = this.#copies.subarray(bytes.length);
    bytes.copy(copy);
    return copy;
  }
}

/** 0: nothing is there; null: and nothing can come. */
const readNow = (fifo: number, target: Buffer): number | null => {
  try {
    return readSync(fifo, target) || null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null;
  }
};
