import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Terminal } from '../tui/terminal/async-tty.ts';
import { openSink } from './output-sink.ts';

/** Our own terminal. Where it can be opened anew (Linux) no write to it ever waits. */
export const openTerminal = (): Terminal => {
  const sink = openSink(1);
  return {
    input: process.stdin,
    output: process.stdout,
    write: sink.write,
    writeNow: (text) => {
      try {
        const fd = openSync('/dev/tty', constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
        writeSync(fd, text);
        closeSync(fd);
      } catch {
        // It has no room for it, or is gone.
      }
    },
  };
};
