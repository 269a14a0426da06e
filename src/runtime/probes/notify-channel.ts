import type { Readable } from 'node:stream';
import { createBoundedLines } from './bounded-lines.ts';

/** The two ways for a process to say that it is ready, each a descriptor that it was started with. */
export interface NotifyPipes {
  /** In `NOTIFY_FD`. */
  readonly plain: Readable;
  /** In `NODE_CHANNEL_FD`: what `process.send` writes to. */
  readonly channel: Readable;
}

/**
 * The last two descriptors of a child that was started with them. Node's own channel would parse what comes, and throw
 * at what it cannot parse where nobody can catch it.
 */
export const notifyPipesOf = (child: { readonly stdio: readonly unknown[] }, notify: boolean) => {
  const [plain, channel] = child.stdio.slice(-2) as Readable[];
  return notify && plain !== undefined && channel !== undefined ? { plain, channel } : null;
};

/** systemd's `KEY=value`; any other line is s6's newline. */
const ASSIGNMENT = /^[A-Z][A-Z0-9_]*=/;

/** What Node puts in front of each message on Windows; elsewhere the message stands alone. */
const FRAMED_READY = /^(?:[\s\S]{16})?"ready"$/;

/**
 * Calls `onReady` once, when the process says that it is ready by either of its pipes: a `READY=1` (systemd, whose
 * senders often leave out the newline) or any line that is no assignment, empty ones included (s6); or
 * `process.send('ready')`. Whatever else comes is thrown away, in whatever amount, so that the process never blocks on a
 * full pipe.
 *
 * @example listenForReady(started.notify, () => ready());
 */
export const listenForReady = ({ plain, channel }: NotifyPipes, onReady: () => void): void => {
  let isReady = false;
  const ready = (): void => {
    if (isReady) return;
    isReady = true;
    onReady();
  };
  hear(plain, { line: (line) => !ASSIGNMENT.test(line), unfinished: (text) => text === READY }, ready);
  hear(channel, { line: (line) => FRAMED_READY.test(line), unfinished: () => false }, ready);
};

const READY = 'READY=1';

interface Says {
  readonly line: (line: string) => boolean;
  readonly unfinished: (text: string) => boolean;
}

/** Once the word has been said nothing is looked at any more: reading alone keeps the pipe from filling up. */
const hear = (stream: Readable, says: Says, onReady: () => void): void => {
  const tell = (): void => {
    stream.off('data', take);
    stream.resume();
    onReady();
  };
  let isSaid = false;
  const lines = createBoundedLines((line) => {
    isSaid ||= says.line(line) || says.unfinished(line);
  });
  const take = (chunk: Buffer): void => {
    lines.push(chunk);
    if (isSaid || says.unfinished(lines.unfinished())) tell();
  };
  stream.on('data', take);
  // A pipe that breaks with its process is an end like any other.
  stream.on('error', () => undefined);
};
