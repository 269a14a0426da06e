// Output that is easily spoilt: invalid UTF-8, a lone carriage return, a character written in two pieces, a line
// longer than 64 KiB, and a last line without its end.
import { writeSync } from 'node:fs';

writeSync(1, Buffer.from([0x61, 0xff, 0xfe, 0x0a]));
writeSync(1, '10%\r20%\r\n');
writeSync(1, Buffer.from([0xe2, 0x82]));
writeSync(1, Buffer.from([0xac, 0x0a]));
for (let rest = Buffer.from(`${'y'.repeat(100_000)}\n`); rest.length > 0; )
  rest = rest.subarray(writeSync(1, rest));
writeSync(2, 'on stderr\n');
writeSync(1, 'unfinished');
