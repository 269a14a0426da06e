import { isatty } from 'node:tty';
import type { PodClient } from '../control/pod-client.ts';
import { PlainLines } from '../report/plain-lines.ts';

/** Plain lines of a pod on the terminal of this process, with the sentences and the prefixes of every plain output. */
export const plainWriter =
  (client: PodClient, colors: boolean, timestamps = false) =>
  (write: (text: string) => void): PlainLines => {
    const writeLatin1 = (bytes: string): void => {
      if (bytes !== '') write(Buffer.from(bytes, 'latin1').toString());
    };
    const isTerminal = isatty(1);
    return new PlainLines(
      client.snapshot.processes.map(({ name }) => name),
      {
        stdout: writeLatin1,
        stderr: writeLatin1,
        color: { stdout: colors, stderr: colors },
        isTerminal: { stdout: isTerminal, stderr: isTerminal },
        isShared: true,
        timestamps,
      },
    );
  };
