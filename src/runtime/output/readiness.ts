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

/** Tells, turn after turn, that a descriptor has something to read. It does not read it. */
export class Readiness {
  readonly #socket: Socket;
  readonly #handle: ReadableHandle;

  /** Closes the descriptor at the end. */
  constructor(socket: Socket, onReady: () => void) {
    this.#socket = socket;
    this.#socket.on('error', () => undefined);
    this.#handle = (this.#socket as unknown as { readonly _handle: ReadableHandle })._handle;
    // biome-ignore lint/correctness/useHookAtTopLevel: the handle's, not one of React's.
    this.#handle.useUserBuffer(Buffer.alloc(0));
    this.#handle.onread = onReady;
    this.start();
  }

  start(): void {
    this.#handle.readStart();
  }

  stop(): void {
    this.#handle.readStop();
  }

  close(): void {
    this.stop();
    this.#socket.destroy();
  }
}
