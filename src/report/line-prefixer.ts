import { INPUT_AT, INPUT_BYTES, PAGES, PREFIX_AT, prefixerModule, RESULT_AT } from './prefixer-module.ts';

const NEWLINE = 0x0a;
/** It touches up to so many bytes behind the prefix. */
const SLACK = 16;

/** Puts a prefix before every line of a block, 16 bytes at a time. */
export interface LinePrefixer {
  readonly longestPrefix: number;
  /** The written memory is used again afterwards. A last line without an end stays without. */
  write(block: Buffer, prefix: string, write: (bytes: Buffer) => void): void;
}

/** What is used of it. Node's types do not have it. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: object) => { readonly exports: object };
};

interface Exports {
  prefix(from: number, to: number, prefixEnd: number, begun: number): number;
  readonly next: { readonly value: number };
}

let made: LinePrefixer | null | undefined;

/** Null where WebAssembly cannot be used: with `--jitless`, or if address space is limited. Takes 0.4 ms once. */
export const linePrefixer = (): LinePrefixer | null => {
  made ??= makeIfPossible();
  return made;
};

const makeIfPossible = (): LinePrefixer | null => {
  try {
    return make();
  } catch {
    return null;
  }
};

const make = (): LinePrefixer => {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
  const module = new WebAssembly.Module(prefixerModule());
  const { exports } = new WebAssembly.Instance(module, { host: { memory } });
  const { prefix: prefixAll, next } = exports as Exports;
  const bytes = Buffer.from(memory.buffer);

  const writePart = (
    part: Buffer,
    prefixEnd: number,
    begun: boolean,
    write: (bytes: Buffer) => void,
  ): void => {
    bytes.set(part, INPUT_AT);
    const to = INPUT_AT + part.length;
    for (let from = INPUT_AT; from < to; from = next.value)
      write(bytes.subarray(RESULT_AT, prefixAll(from, to, prefixEnd, Number(begun && from === INPUT_AT))));
  };

  return {
    longestPrefix: INPUT_AT - PREFIX_AT - SLACK,
    write: (block, prefix, write) => {
      const prefixEnd = PREFIX_AT + bytes.write(prefix, PREFIX_AT, 'latin1');
      for (let from = 0; from < block.length; from += INPUT_BYTES) {
        const isBegun = from > 0 && block[from - 1] !== NEWLINE;
        writePart(block.subarray(from, from + INPUT_BYTES), prefixEnd, isBegun, write);
      }
    },
  };
};
