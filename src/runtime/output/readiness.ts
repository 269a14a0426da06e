import type { Socket } from 'node:net';

/**
 * The handle below net.Socket: with an empty buffer to read into, it reports that there is something and leaves it
 * there.
 */
export interface ReadableHandle {
  useUserBuffer(buffer: Buffer): void;
  onread: () => void;
  readStart(): void;
  readStop(): void;
  close(): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * Tells, turn after turn, that a descriptor has something to read. It does not read it. It begins in the next turn of the loop,
 * when the processes of this one have been launched.
 */
export class Readiness {
  readonly #open: () => ReadableHandle;
  readonly #onReady: () => void;
  #handle: ReadableHandle | null = null;
  #isWanted = true;
  #isClosed = false;

  /** `open`: makes the handle of the descriptor, which is closed at the end. */
  constructor(open: () => ReadableHandle, onReady: () => void) {
    this.#open = open;
    this.#onReady = onReady;
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    if (this.#isClosed) return;
    const handle = this.#open();
    this.#handle = handle;
    // biome-ignore lint/correctness/useHookAtTopLevel: the handle's, not one of React's.
    handle.useUserBuffer(NOTHING);
    handle.onread = this.#onReady;
    if (this.#isWanted) handle.readStart();
  }

  start(): void {
    this.#isWanted = true;
    this.#handle?.readStart();
  }

  stop(): void {
    this.#isWanted = false;
    this.#handle?.readStop();
  }

  close(): void {
    this.stop();
    this.#isClosed = true;
    const handle = this.#handle ?? this.#open();
    handle.close();
  }
}

export const handleOf = (socket: Socket): ReadableHandle =>
  (socket as unknown as { readonly _handle: ReadableHandle })._handle;
