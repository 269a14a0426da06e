// Numbered lines of 100 bytes for ever, and in the file REPORT, after each write, how many are out:
// `node reported-lines.mjs REPORT [LINES_A_WRITE]`.
import { openSync, writeSync } from 'node:fs';

const [reportFile, perWrite = '640'] = process.argv.slice(2);
const report = openSync(reportFile, 'w');
const filling = 'x'.repeat(89);

for (let next = 0; ; ) {
  let lines = '';
  for (const end = next + Number(perWrite); next < end; next += 1)
    lines += `${String(next).padStart(9, '0')} ${filling}\n`;
  for (let rest = Buffer.from(lines); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
  writeSync(report, String(next).padStart(9, '0'), 0);
}
