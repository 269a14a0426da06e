import type { Readable } from 'node:stream';

export interface NotifyChannel {
  /** The process has said that it is ready. */
  readonly ready: boolean;
  /** Its last `STATUS=…`, or null. */
  readonly status: string | null;
}

const NEWLINE = 0x0a;
const LINE_LIMIT = 4096;
/** systemd's `KEY=value`; any other line is s6's newline. */
const ASSIGNMENT = /^[A-Z][A-Z0-9_]*=/;

/**
 * Reads what a process writes to the descriptor in `NOTIFY_FD` and calls `onReady` once: at `READY=1` (systemd, whose
 * senders often leave out the newline) or at any line that is no assignment, empty ones included (s6). `STATUS=…` is
 * kept, other assignments are ignored; a line longer than 4 KiB is discarded. Goes on reading to the end, so that the process never blocks on a full pipe.
 *
 * @example const channel = openNotifyChannel(child.stdio[3], () => ready());
 */
export const openNotifyChannel = (stream: Readable, onReady: () => void): NotifyChannel => {
  const channel: { ready: boolean; status: string | null } = { ready: false, status: null };
  const markReady = (): void => {
    if (channel.ready) return;
    channel.ready = true;
    onReady();
  };
  const takeLine = (line: string): void => {
    if (line === 'READY=1' || !ASSIGNMENT.test(line)) markReady();
    if (line.startsWith('STATUS=')) channel.status = line.slice('STATUS='.length);
  };
  const lines = createLineReader(takeLine);
  stream.on('data', (chunk: Buffer) => {
    lines.push(chunk);
    if (lines.unfinished() === 'READY=1') markReady();
  });
  stream.on('end', () => {
    if (lines.unfinished() !== '') takeLine(lines.unfinished());
  });
  // A pipe that breaks with its process is an end like any other.
  stream.on('error', () => {});
  return channel;
};

const createLineReader = (onLine: (line: string) => void) => {
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  const extend = (piece: Buffer): void => {
    tooLong ||= rest.length + piece.length > LINE_LIMIT;
    rest = tooLong ? Buffer.alloc(0) : Buffer.concat([rest, piece]);
  };
  const finish = (): void => {
    if (!tooLong) onLine(rest.toString('utf8').replace(/\r$/, ''));
    rest = Buffer.alloc(0);
    tooLong = false;
  };
  const push = (chunk: Buffer): void => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      extend(chunk.subarray(from, end));
      finish();
      from = end + 1;
    }
    extend(chunk.subarray(from));
  };
  return { push, unfinished: () => rest.toString('utf8') };
};
