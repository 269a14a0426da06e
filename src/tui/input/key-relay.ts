import type { Duplex } from 'node:stream';
import type { Answer } from '../../control/answer.ts';
import { errorMessage } from '../../model/error-message.ts';
import type { ProgramModes } from '../emulator/emulator.ts';
import type { Piece } from '../terminal/input-pieces.ts';
import { inModes } from './key-bytes.ts';
import { KeyQueue } from './key-queue.ts';

interface KeyRelayOptions {
  readonly open: () => Promise<Answer<Duplex>>;
  /** Byte of the key that leaves. In a paste it is text. */
  readonly leave: number;
  /** How the program wants its keys. */
  readonly modes: () => ProgramModes;
  /** Stops the reading of keys for a while, and continues it. */
  readonly hold: (isHeld: boolean) => void;
  readonly onLeave: () => void;
  /** Called with a sentence when there is no terminal any more. */
  readonly onFailure: (message: string) => void;
}

/** Passes what is typed on to a program, byte by byte, until the key that leaves. */
export class KeyRelay {
  readonly #options: KeyRelayOptions;
  readonly #queue: KeyQueue;
  #isClosed = false;

  constructor(options: KeyRelayOptions) {
    this.#options = options;
    this.#queue = new KeyQueue(options.hold);
    this.#open().catch((error: unknown) => this.#fail(errorMessage(error)));
  }

  /** Returns what was typed behind the key that leaves, or null. */
  take({ kind, bytes }: Piece): Buffer | null {
    if (kind === 'pasted') this.#queue.add(bytes);
    else if (kind === 'paste-edge') this.#mark(bytes);
    else return this.type(bytes);
    return null;
  }

  type(bytes: Buffer): Buffer | null {
    const { leave, modes, onLeave } = this.#options;
    const at = bytes.indexOf(leave);
    this.#queue.add(inModes(at === -1 ? bytes : bytes.subarray(0, at), modes()));
    if (at === -1) return null;
    onLeave();
    return bytes.subarray(at + 1);
  }

  /** Sends what is no key, such as a click. */
  send(text: string): void {
    this.#queue.add(Buffer.from(text, 'latin1'));
  }

  /** Returns the number of bytes that have not been sent. */
  close(): number {
    this.#isClosed = true;
    const { unsent } = this.#queue;
    this.#queue.close();
    return unsent;
  }

  /** A program that has not asked for marks around a paste would take them for keys. */
  #mark(edge: Buffer): void {
    if (this.#options.modes().bracketedPasteMode) this.#queue.add(edge);
  }

  async #open(): Promise<void> {
    const opened = await this.#options.open();
    if (!opened.ok) return this.#fail(opened.message);
    const { value: stream } = opened;
    if (this.#isClosed) return void stream.destroy();
    // What is drawn comes another way.
    stream.on('error', () => undefined).resume();
    stream.once('close', () => this.#fail('the terminal of the process has gone'));
    this.#queue.sendTo(stream);
  }

  #fail(message: string): void {
    if (!this.#isClosed) this.#options.onFailure(message);
  }
}
