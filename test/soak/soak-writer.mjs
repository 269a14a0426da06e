// Lines `NUMBER PID`, numbered from 0, a few thousand a second, and in the file NAME.PID, after each write, how many are
// out: `node soak-writer.mjs NAME`.
import { openSync, writeSync } from 'node:fs';

const report = openSync(`${process.argv[2]}.${process.pid}`, 'w');
let next = 0;

const write = () => {
  let lines = '';
  for (const end = next + 20; next < end; next += 1) lines += `${next} ${process.pid} ${'x'.repeat(80)}\n`;
  for (let rest = Buffer.from(lines); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
  writeSync(report, `${next}`, 0);
};

// Every other one leaves something behind, which is to go with it.
if (process.pid % 2 === 0) {
  const { spawn } = await import('node:child_process');
  spawn('sleep', ['1000'], { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
}
setInterval(write, 5);
