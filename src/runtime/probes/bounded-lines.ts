const NEWLINE = 0x0a;
/** Long enough for every message of the notification protocols. */
const LINE_LIMIT = 4096;

interface BoundedLines {
  push(chunk: Buffer): void;
  /** Returns the unfinished line; empty if it is too long. */
  unfinished(): string;
}

/**
 * Assembles lines from chunks of any size, without their ends. A line longer than 4 KiB is discarded as it comes, so
 * that gigabytes without a newline cost no memory.
 */
export const createBoundedLines = (onLine: (line: string) => void): BoundedLines => {
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  const extend = (piece: Buffer): void => {
    tooLong ||= rest.length + piece.length > LINE_LIMIT;
    if (tooLong) rest = Buffer.alloc(0);
    // Copied, so that a few bytes do not keep the whole chunk.
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
