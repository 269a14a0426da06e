import { isatty } from 'node:tty';
import type { PodClient } from '../control/pod-client.ts';
import { PlainLines } from '../report/plain-lines.ts';

/** Plain lines of a pod on the terminal of this process, with the sentences and the prefixes of every plain output. */
export const plainWriter =
  (client: PodClient, colors: boolean, timestamps = false) =>
  (write: (text: string) => void): PlainLines => {
    const writeText = (bytes: Buffer): void => {
      if (bytes.length > 0) write(bytes.toString());
    };
    const isTerminal = isatty(1);
    return new PlainLines(
      client.snapshot.processes.map(({ name }) => name),
      {
        stdout: writeText,
        stderr: writeText,
        color: { stdout: colors, stderr: colors },
        isTerminal: { stdout: isTerminal, stderr: isTerminal },
        isShared: true,
        timestamps,
      },
    );
  };
