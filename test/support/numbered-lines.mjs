// Numbered lines of 100 bytes, as fast as they can be written: `node numbered-lines.mjs COUNT [STARTED_FILE]`. Each
// starts with its number in nine digits; only these are written anew in a block that is otherwise prepared.
import { writeFileSync, writeSync } from 'node:fs';

const [count, startedFile] = process.argv.slice(2);
const LINE = 100;
const DIGITS = 9;
const LINES = 640;
const block = Buffer.from(`${'0'.repeat(DIGITS)} ${'x'.repeat(LINE - DIGITS - 2)}\n`.repeat(LINES));

const writeAll = (bytes) => {
  for (let from = 0; from < bytes.length; ) from += writeSync(1, bytes, from);
};

const number = (at, value) => {
  for (let digit = at + DIGITS - 1, rest = value; digit >= at; digit -= 1, rest = Math.floor(rest / 10))
    block[digit] = 48 + (rest % 10);
};

if (startedFile !== undefined) writeFileSync(startedFile, String(performance.timeOrigin + performance.now()));
for (let next = 0; next < Number(count); ) {
  const lines = Math.min(LINES, Number(count) - next);
  for (let line = 0; line < lines; line += 1) number(line * LINE, next + line);
  writeAll(block.subarray(0, lines * LINE));
  next += lines;
}
