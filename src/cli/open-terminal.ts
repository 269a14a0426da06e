import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Terminal } from '../tui/terminal/async-tty.ts';
import { openSink } from './output-sink.ts';
import { ownStdout } from './own-stdout.ts';

/** Our own terminal. Where it can be opened anew (Linux) no write to it ever waits. */
export const openTerminal = (): Terminal => {
  const sink = openSink(1);
  const [input, output] = [surviving(process.stdin), surviving(ownStdout())];
  return {
    input,
    output,
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

/**
 * Once a terminal is closed, every call on it fails with EIO: its modes, its size, a read. Each of them is an 'error'
 * of the stream, which would end the pod without grace; that the terminal has gone is told by a write.
 */
const surviving = <Stream extends NodeJS.ReadStream | NodeJS.WriteStream>(stream: Stream): Stream => {
  stream.off('error', ignore);
  stream.on('error', ignore);
  return stream;
};

const ignore = (): void => undefined;
