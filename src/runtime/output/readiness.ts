import type { Socket } from 'node:net';

/**
 * The handle below net.Socket: with an empty buffer to read into, it reports that there is something and leaves it
 * there.
 */
interface ReadableHandle {
  useUserBuffer(buffer: Buffer): void;
  onread: () => void;
  readStart(): void;
  readStop(): void;
}

/**
 * Tells, turn after turn, that a descriptor has something to read. It does not read it. It begins in the next turn of the loop,
 * when the processes of this one have been launched.
 */
export class Readiness {
  readonly #open: () => Socket;
  readonly #onReady: () => void;
  #socket: Socket | null = null;
  #isWanted = true;
  #isClosed = false;

  /** `open`: makes the socket of the descriptor, which is closed at the end. */
  constructor(open: () => Socket, onReady: () => void) {
    this.#open = open;
    this.#onReady = onReady;
    setImmediate(() => this.#begin());
  }

  #begin(): void {
    if (this.#isClosed) return;
    this.#socket = this.#open();
    this.#socket.on('error', () => undefined);
    const handle = handleOf(this.#socket);
    // biome-ignore lint/correctness/useHookAtTopLevel: the handle's, not one of React's.
    handle.useUserBuffer(Buffer.alloc(0));
    handle.onread = this.#onReady;
    if (this.#isWanted) handle.readStart();
  }

  start(): void {
    this.#isWanted = true;
    if (this.#socket !== null) handleOf(this.#socket).readStart();
  }

  stop(): void {
    this.#isWanted = false;
    if (this.#socket !== null) handleOf(this.#socket).readStop();
  }

  close(): void {
    this.stop();
    this.#isClosed = true;
    const socket = this.#socket ?? this.#open();
    socket.destroy();
  }
}

const handleOf = (socket: Socket): ReadableHandle =>
  (socket as unknown as { readonly _handle: ReadableHandle })._handle;
