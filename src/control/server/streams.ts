import type { ServerResponse } from 'node:http';
import { logsOf } from '../log-names.ts';
import type { PodSnapshot, Usage } from '../pod-client.ts';
import type { EventLine, MissedLine, ServedPod } from '../protocol.ts';
import { Backlog } from './backlog.ts';
import { jsonLines, LineStream } from './line-stream.ts';
import { LogCursor, RecentBatches } from './log-cursor.ts';
import type { Query } from './query.ts';
import { Ticker } from './ticker.ts';

const EVENTS_AT_ONCE = 500;
/** Default number of lines of a process. */
const TAIL = 100;

/** State that the streams of one server share. */
export class StreamHub {
  readonly pod: ServedPod;
  readonly ticker = new Ticker();
  readonly recentBatches = new RecentBatches();
  readonly backlog = new Backlog();
  #snapshot: { readonly snapshot: PodSnapshot; readonly line: Buffer } | null = null;

  constructor(pod: ServedPod) {
    this.pod = pod;
  }

  /** The snapshot as a line: the same bytes for all clients. */
  get snapshotLine(): Buffer {
    const { snapshot } = this.pod.client;
    if (this.#snapshot?.snapshot !== snapshot) this.#snapshot = { snapshot, line: jsonLines([snapshot]) };
    return this.#snapshot.line;
  }
}

/** Sends the events with a number greater than `since`, and with `follow` those to come. */
export const streamEvents = (hub: StreamHub, response: ServerResponse, query: Query): LineStream => {
  const { events } = hub.pod;
  let seq = query.since ?? 0;
  const next = (): Buffer => {
    const missed = Math.max(0, events.first - 1 - seq);
    const fresh = events.since(seq, EVENTS_AT_ONCE);
    seq = fresh.at(-1)?.seq ?? seq;
    const gap: readonly (MissedLine | EventLine)[] = missed > 0 ? [{ type: 'missed', count: missed }] : [];
    return jsonLines([...gap, ...fresh]);
  };
  const stream = new LineStream(response, hub, next);
  if (query.follow) stream.follow((listener) => events.onEvent(listener));
  else stream.finish();
  return stream;
};

/** Sends the snapshot, and a new one after each change; a slow reader gets only the newest. */
export const followSnapshot = (hub: StreamHub, response: ServerResponse): LineStream => {
  const { client } = hub.pod;
  let sent: PodSnapshot | null = null;
  const next = (): Buffer => {
    const { snapshot } = client;
    if (snapshot === sent) return jsonLines([]);
    sent = snapshot;
    return hub.snapshotLine;
  };
  const stream = new LineStream(response, hub, next);
  stream.follow((listener) => client.onChange(listener));
  return stream;
};

export const streamLogs = (hub: StreamHub, response: ServerResponse, query: Query): LineStream => {
  const { client } = hub.pod;
  // Without names, all processes are meant, including those that a reload adds later.
  const all = (): readonly string[] => logsOf(client.snapshot);
  const names = query.processes.length === 0 ? all : () => query.processes;
  const from = query.since === null ? { tail: query.tail ?? TAIL } : { since: query.since };
  const cursor = new LogCursor(client, names, from, hub.recentBatches);
  const stream = new LineStream(response, hub, () => cursor.next());
  if (query.follow) stream.follow((listener) => client.onOutput(listener));
  else stream.finish();
  return stream;
};

/** Sends a sample a second, or every so often with details; a slow reader gets only the newest. */
export const followUsage = (hub: StreamHub, response: ServerResponse, query: Query): LineStream => {
  const { client } = hub.pod;
  let newest: ReadonlyMap<string, Usage> | null = null;
  const next = () => {
    const usage = newest;
    newest = null;
    return jsonLines(usage === null ? [] : [{ type: 'usage', processes: Object.fromEntries(usage) }]);
  };
  const stream = new LineStream(response, hub, next);
  stream.follow((listener) =>
    client.onUsage((usage) => {
      newest = usage;
      listener();
    }, query.details ?? undefined),
  );
  return stream;
};
