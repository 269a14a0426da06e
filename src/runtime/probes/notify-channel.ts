import type { Readable } from 'node:stream';
import type { ProcessSpec } from '../../model/pod-spec.ts';
import { createBoundedLines } from './bounded-lines.ts';

/** The two ways for a process to report that it is ready, each a descriptor from its start. */
export interface NotifyPipes {
  /** Descriptor in `NOTIFY_FD`. */
  readonly plain: Readable;
  /** Descriptor in `NODE_CHANNEL_FD`, which `process.send` writes to. */
  readonly channel: Readable;
}

/**
 * Returns the last two descriptors of a child that was started with them. Node's own channel would parse the bytes, and
 * throw where nobody can catch it.
 */
export const notifyPipesOf = (child: { readonly stdio: readonly unknown[] }, notify: boolean) => {
  const [plain, channel] = child.stdio.slice(-2) as Readable[];
  return notify && plain !== undefined && channel !== undefined ? { plain, channel } : null;
};

/** Whether a probe waits for a report of the process. */
export const hasNotifyProbe = ({ startup, readiness, liveness }: Probes): boolean =>
  [startup, readiness, liveness].some((probe) => probe?.target.kind === 'notify');

type Probes = Pick<ProcessSpec, 'startup' | 'readiness' | 'liveness'>;

/** systemd's `KEY=value`; any other line is s6's newline. */
const ASSIGNMENT = /^[A-Z][A-Z0-9_]*=/;

/** Prefix that Node puts before each message on Windows; elsewhere there is none. */
const FRAMED_READY = /^(?:[\s\S]{16})?"ready"$/;

/**
 * Calls `onReady` once, when the process reports by either pipe that it is ready: a `READY=1` (systemd, whose senders
 * often leave out the newline), any line that is not an assignment, even an empty one (s6), or `process.send('ready')`.
 * All other bytes are thrown away, so that the process never blocks on a full pipe.
 *
 * @example
 * listenForReady(started.notify, () => ready());
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
const STATUS = 'STATUS=';

/** Calls the listener for each line `STATUS=…`, as long as the process lives. */
export const listenForStatus = ({ plain }: NotifyPipes, onStatus: (text: string) => void): void => {
  const lines = createBoundedLines((line) => {
    if (line.startsWith(STATUS)) onStatus(line.slice(STATUS.length));
  });
  plain.on('data', (chunk: Buffer) => lines.push(chunk));
};

const REFRESHED = 'X_SIDECARCTL_REFRESHED=';

/** Calls the listener for each line `X_SIDECARCTL_REFRESHED=["app.conf"]`: the process has rendered these files anew. */
export const listenForRefreshes = (
  { plain }: NotifyPipes,
  onRefresh: (files: readonly string[]) => void,
): void => {
  const lines = createBoundedLines((line) => {
    const files = line.startsWith(REFRESHED) ? namesIn(line.slice(REFRESHED.length)) : [];
    if (files.length > 0) onRefresh(files);
  });
  plain.on('data', (chunk: Buffer) => lines.push(chunk));
};

/** What is no list of names is taken for none. */
const namesIn = (text: string): readonly string[] => {
  try {
    const names: unknown = JSON.parse(text);
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : [];
  } catch {
    return [];
  }
};

interface Notification {
  readonly line: (line: string) => boolean;
  readonly unfinished: (text: string) => boolean;
}

/** After the notification, nothing is looked for here any more: the pipe is only kept from filling up. */
const hear = (stream: Readable, notification: Notification, onReady: () => void): void => {
  const report = (): void => {
    stream.off('data', take);
    stream.resume();
    onReady();
  };
  let isNotified = false;
  const lines = createBoundedLines((line) => {
    isNotified ||= notification.line(line) || notification.unfinished(line);
  });
  const take = (chunk: Buffer): void => {
    lines.push(chunk);
    if (isNotified || notification.unfinished(lines.unfinished())) report();
  };
  stream.on('data', take);
  // A pipe that breaks with its process is an end like any other.
  stream.on('error', () => undefined);
};
