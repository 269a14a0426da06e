import { closeSync, constants, openSync } from 'node:fs';
import { DEFAULT_TERMINAL_SIZE, type TerminalSize } from '../../model/terminal-size.ts';
import type { Libc } from '../native/libc.ts';

const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;

/** Requests of ioctl(2), and the size of the kernel's `struct termios`, on every architecture that `loadLibc` knows. */
const [TCGETS, TCSETS, TIOCSWINSZ, TIOCGPTN, TIOCSPTLCK] = [0x5401, 0x5402, 0x5414, 0x8004_5430, 0x4004_5431];
const TERMIOS_BYTES = 64;
/** Place of the local modes in it, and the bit for input by whole lines. */
const [LOCAL_MODES, ICANON] = [12, 2];

/**
 * A pseudo-terminal for all launches of a process. Its master end is opened here and not by a package: the guard holds
 * it too, it must not be inherited by anything else, and it is read until it is empty.
 */
export class PseudoTerminal {
  readonly master: number;
  /** Absolute path of the process's end. */
  readonly path: string;
  readonly #libc: Libc;
  /** Keeps the master from coming to an end while no process has the terminal open. */
  readonly #held: number;
  /** Modes of a new terminal. A program that dies leaves its own. */
  readonly #modes = Buffer.alloc(TERMIOS_BYTES);

  private constructor(libc: Libc, master: number, path: string) {
    this.#libc = libc;
    this.master = master;
    this.path = path;
    this.#held = openSync(path, O_RDWR | O_NOCTTY);
    libc.ioctl(this.#held, TCGETS, this.#modes);
    this.resize(DEFAULT_TERMINAL_SIZE);
  }

  /** Throws the system's error if there is none left. */
  static open(libc: Libc): PseudoTerminal {
    const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK);
    try {
      const number = Buffer.alloc(4);
      libc.ioctl(master, TIOCSPTLCK, Buffer.alloc(4));
      libc.ioctl(master, TIOCGPTN, number);
      return new PseudoTerminal(libc, master, `/dev/pts/${number.readUInt32LE()}`);
    } catch (error) {
      closeSync(master);
      throw error;
    }
  }

  /** Opens the end for a process that is about to be started, as a new terminal. The caller closes it afterwards. */
  openEnd(): number {
    const end = openSync(this.path, O_RDWR | O_NOCTTY);
    this.#libc.flushInput(end);
    this.#libc.ioctl(end, TCSETS, this.#modes);
    return end;
  }

  /** True if programs on it get each key as it is typed. */
  get isRaw(): boolean {
    const modes = Buffer.alloc(TERMIOS_BYTES);
    this.#libc.ioctl(this.#held, TCGETS, modes);
    return (modes.readUInt32LE(LOCAL_MODES) & ICANON) === 0;
  }

  /** The processes on it get SIGWINCH if the size is another one. */
  resize({ columns, rows }: TerminalSize): void {
    const size = Buffer.alloc(8);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(columns, 2);
    this.#libc.ioctl(this.master, TIOCSWINSZ, size);
  }

  /** Closes the process's end. The reader closes the master. */
  close(): void {
    closeSync(this.#held);
  }
}
