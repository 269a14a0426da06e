import type { PodSnapshot } from '../../../control/pod-snapshot.ts';
import type { EventLine, LogLineJson, MissedLine } from '../../../control/protocol.ts';
import type { StateName } from '../../../model/vocabulary.ts';
import type { LiveMessage } from './live-reader.ts';
import { LogWindow } from './log-window.ts';
import { lineOfEvent, lineOfOutput } from './page-line.ts';
import { Signal } from './signal.ts';
import { UsageHistory } from './usage-history.ts';

/**
 * `connecting`: nothing has come yet. `lost`: the server is gone or does not answer, and is asked again. `refused`: the
 * token is missing or not valid any more. `ended`: the pod has ended. `closed`: `sidecarctl web` was ended.
 */
export type Link = 'connecting' | 'live' | 'lost' | 'refused' | 'ended' | 'closed';

/** Everything that the page knows of the pod. */
export class PodState {
  snapshot: PodSnapshot | null = null;
  link: Link = 'connecting';
  readonly logs = new LogWindow();
  readonly usage = new UsageHistory();
  readonly podChanged: Signal;
  readonly logsChanged: Signal;
  /** Number of the newest line of output; null: none has come. */
  lastLine: number | null = null;
  #lastEvent = 0;

  constructor(onTurn: (call: () => void) => void) {
    this.podChanged = new Signal(onTurn);
    this.logsChanged = new Signal(onTurn);
  }

  take(message: LiveMessage, now: number): void {
    switch (message.from) {
      case 'pod':
        this.snapshot = message.items.at(-1) ?? this.snapshot;
        return this.setLink('live');
      case 'usage':
        for (const { processes } of message.items) this.usage.take(now, processes);
        return this.podChanged.changed();
      case 'events':
        return this.#takeEvents(message.items);
      case 'logs':
        return this.#takeLines(message.items);
      case 'ended':
        this.snapshot = this.snapshot === null ? null : afterEnd(this.snapshot);
        return this.setLink('ended');
      case 'closed':
        return this.setLink('closed');
      default:
        message satisfies never;
    }
  }

  setLink(link: Link): void {
    this.link = link;
    this.podChanged.changed();
  }

  /** Events come from the first one on after each connection. */
  #takeEvents(events: ReadonlyArray<EventLine | MissedLine>): void {
    const fresh = events.filter((event) => !('seq' in event) || event.seq > this.#lastEvent);
    for (const event of fresh) if ('seq' in event) this.#lastEvent = event.seq;
    this.logs.take(fresh.flatMap((event) => lineOfEvent(event) ?? []));
    this.logsChanged.changed();
  }

  #takeLines(lines: ReadonlyArray<LogLineJson | MissedLine>): void {
    let { lastTime } = this.logs;
    const taken = lines.map((line) => {
      if (line.type === 'log') {
        lastTime = line.time;
        this.lastLine = line.seq;
      }
      return lineOfOutput(line, lastTime);
    });
    this.logs.take(taken);
    this.logsChanged.changed();
  }
}

/** When its pod has ended, a process is down, even if the last snapshot that has come is older. */
const afterEnd = (last: PodSnapshot): PodSnapshot => ({
  ...last,
  state: 'stopped',
  processes: last.processes.map((process) =>
    DOWN.has(process.state) ? process : { ...process, state: 'stopped', why: null, pid: null },
  ),
});

const DOWN: ReadonlySet<StateName> = new Set(['completed', 'failed', 'stopped']);
