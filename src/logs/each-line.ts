/** Takes one line of output, without its newline. */
type LineListener = (line: Buffer) => void;

const NEWLINE = 0x0a;

/** Calls `take` with each line of a block, without its newline. */
export const eachLine = (block: Buffer, take: LineListener): void => {
  let from = 0;
  for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, from)) {
    take(block.subarray(from, end));
    from = end + 1;
  }
  if (from < block.length) take(block.subarray(from));
};

/** Number of calls that `eachLine` would make. */
export const countLines = (block: Buffer): number => {
  let lines = 0;
  for (let end = block.indexOf(NEWLINE); end !== -1; end = block.indexOf(NEWLINE, end + 1)) lines += 1;
  return block.at(-1) === NEWLINE || block.length === 0 ? lines : lines + 1;
};
