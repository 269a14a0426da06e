import type { ServerResponse } from 'node:http';
import type { PodSnapshot, Usage } from '../pod-client.ts';
import type { EventLine, MissedLine, ServedPod } from '../protocol.ts';
import { LineStream } from './line-stream.ts';
import { LogCursor } from './log-cursor.ts';
import type { Query } from './query.ts';

const EVENTS_AT_ONCE = 500;
/** Of a process, when nobody says how many. */
const TAIL = 100;

/** The events with a number greater than `since`, and with `follow` those to come. */
export const streamEvents = ({ events }: ServedPod, response: ServerResponse, query: Query): LineStream => {
  let seq = query.since ?? 0;
  const next = (): readonly (EventLine | MissedLine)[] => {
    const missed = Math.max(0, events.first - 1 - seq);
    const fresh = events.since(seq, EVENTS_AT_ONCE);
    seq = fresh.at(-1)?.seq ?? seq;
    return [...(missed > 0 ? [{ type: 'missed' as const, count: missed }] : []), ...fresh];
  };
  const stream = new LineStream(response, next);
  if (query.follow) stream.follow((listener) => events.onEvent(listener));
  else stream.finish();
  return stream;
};

/** The snapshot, and a new one whenever something has changed; a slow reader gets the newest only. */
export const followSnapshot = ({ client }: ServedPod, response: ServerResponse): LineStream => {
  let sent: PodSnapshot | null = null;
  const next = (): readonly PodSnapshot[] => {
    const { snapshot } = client;
    if (snapshot === sent) return [];
    sent = snapshot;
    return [snapshot];
  };
  const stream = new LineStream(response, next);
  stream.follow((listener) => client.onChange(listener));
  return stream;
};

export const streamLogs = ({ client }: ServedPod, response: ServerResponse, query: Query): LineStream => {
  const all = client.snapshot.processes.map(({ name }) => name);
  const names = query.processes.length === 0 ? all : query.processes;
  const from = query.since === null ? { tail: query.tail ?? TAIL } : { since: query.since };
  const cursor = new LogCursor(client, names, from);
  const stream = new LineStream(response, () => cursor.next());
  if (query.follow) stream.follow((listener) => client.onOutput(listener));
  else stream.finish();
  return stream;
};

/** A sample a second; a slow reader gets the newest only. */
export const followUsage = ({ client }: ServedPod, response: ServerResponse): LineStream => {
  let newest: ReadonlyMap<string, Usage> | null = null;
  const next = () => {
    const usage = newest;
    newest = null;
    return usage === null ? [] : [{ type: 'usage', processes: Object.fromEntries(usage) }];
  };
  const stream = new LineStream(response, next);
  stream.follow((listener) =>
    client.onUsage((usage) => {
      newest = usage;
      listener();
    }),
  );
  return stream;
};
