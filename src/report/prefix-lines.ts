import { linePrefixer } from './line-prefixer.ts';

type WriteBytes = (bytes: Buffer) => void;

/** A smaller block costs little in any way, and a pod that prints little need not load the faster one. */
const LARGE = 4096;

/**
 * Writes a block with a prefix before every line; an unfinished line is ended. The written memory is used again
 * afterwards.
 */
export const prefixLines = (block: Buffer, prefix: string, partial: boolean, write: WriteBytes): void => {
  const prefixer = block.length < LARGE ? null : linePrefixer();
  if (prefixer === null || prefix.length > prefixer.longestPrefix)
    return write(Buffer.from(withPrefixes(block, prefix, partial), 'latin1'));
  prefixer.write(block, prefix, write);
  if (partial) write(END);
};

const END = Buffer.from('\n');

/** Each character is a byte. Without WebAssembly this is the fastest way. */
const withPrefixes = (block: Buffer, prefix: string, partial: boolean): string => {
  const lines = block.toString('latin1', 0, partial ? block.length : block.length - 1);
  return `${prefix}${lines.replaceAll('\n', `\n${prefix}`)}\n`;
};
