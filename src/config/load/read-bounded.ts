import { closeSync, openSync, readSync } from 'node:fs';

/** A config of ten thousand processes takes two. */
export const MOST_BYTES = 16 * 1024 * 1024;
const BLOCK_BYTES = 64 * 1024;

/** Reads the text of a file, a pipe or a device. Throws if it is larger than any config. */
export const readBounded = (file: string): string => {
  const fd = openSync(file, 'r');
  try {
    const blocks: Buffer[] = [];
    for (let bytes = 0; bytes <= MOST_BYTES; ) {
      const block = Buffer.alloc(BLOCK_BYTES);
      const read = readSync(fd, block);
      if (read === 0) return Buffer.concat(blocks).toString('utf8');
      blocks.push(block.subarray(0, read));
      bytes += read;
    }
    throw new Error(`it is larger than ${MOST_BYTES / 1024 / 1024} MiB`);
  } finally {
    closeSync(fd);
  }
};
