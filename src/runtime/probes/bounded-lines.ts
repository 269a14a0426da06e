const NEWLINE = 0x0a;
/** Long enough for all that any of the notification protocols has to say. */
const LINE_LIMIT = 4096;

interface BoundedLines {
  push(chunk: Buffer): void;
  /** What has come of a line that has not ended yet; empty when that is too long. */
  unfinished(): string;
}

/**
 * Puts lines together from chunks of any size, and gives each without its end. A line longer than 4 KiB is discarded as
 * it comes: whoever writes gigabytes without a newline costs no memory.
 */
export const createBoundedLines = (onLine: (line: string) => void): BoundedLines => {
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  const extend = (piece: Buffer): void => {
    tooLong ||= rest.length + piece.length > LINE_LIMIT;
    if (tooLong) rest = Buffer.alloc(0);
    // A copy, so that a few bytes do not keep the whole chunk.
    else if (piece.length > 0) rest = Buffer.concat([rest, piece]);
  };
  const finish = (): void => {
    if (!tooLong) onLine(rest.toString('utf8').replace(/\r$/, ''));
    rest = Buffer.alloc(0);
    tooLong = false;
  };
  const push = (chunk: Buffer): void => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      extend(chunk.subarray(from, end));
      finish();
      from = end + 1;
    }
    extend(chunk.subarray(from));
  };
  return { push, unfinished: () => rest.toString('utf8') };
};
