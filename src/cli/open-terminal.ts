import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Terminal } from '../tui/terminal/async-tty.ts';
import { openSink } from './output-sink.ts';
import { ownStdout } from './own-stdout.ts';

/** Opens the terminal of this process. If it can be opened again (Linux), writes to it never wait. */
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
        // The terminal has no room, or is gone.
      }
    },
  };
};

/**
 * After a terminal is closed, every call on it fails with EIO: its modes, its size, a read. Each failure is an 'error'
 * event of the stream, which would end the pod without grace. A failed write reports that the terminal has gone.
 */
const surviving = <Stream extends NodeJS.ReadStream | NodeJS.WriteStream>(stream: Stream): Stream => {
  stream.off('error', ignore);
  stream.on('error', ignore);
  return stream;
};

const ignore = (): void => undefined;
