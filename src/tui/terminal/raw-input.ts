import type { TerminalKeys } from './terminal-keys.ts';

/** Reads typed characters one by one while nothing else reads them. */
export class RawInput {
  readonly #input: TerminalKeys;
  readonly #read: () => void;

  constructor(input: TerminalKeys, onKey: (key: string) => void) {
    this.#input = input;
    this.#read = () => {
      for (let chunk: string | null = input.read(); chunk !== null; chunk = input.read())
        for (const key of chunk) onKey(key);
    };
    input.setEncoding('utf8');
    input.setRawMode(true);
    input.ref();
    input.on('readable', this.#read);
  }

  close(): void {
    this.#input.off('readable', this.#read);
    this.#input.setRawMode(false);
    this.#input.unref();
  }
}
