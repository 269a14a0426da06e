import type { PodSnapshot, Usage } from '../../../control/pod-snapshot.ts';
import type { EventLine, LogLineJson, MissedLine } from '../../../control/protocol.ts';
import type { LiveEnd } from '../../live-protocol.ts';

/** What has come over the live stream, in order. */
export type LiveMessage =
  | { readonly from: 'pod'; readonly items: readonly PodSnapshot[] }
  | { readonly from: 'usage'; readonly items: ReadonlyArray<{ readonly processes: UsageByProcess }> }
  | { readonly from: 'events'; readonly items: ReadonlyArray<EventLine | MissedLine> }
  | { readonly from: 'logs'; readonly items: ReadonlyArray<LogLineJson | MissedLine> }
  | { readonly from: LiveEnd; readonly items: readonly [] };

export type UsageByProcess = Readonly<Record<string, Usage>>;

const MARK = /^\{"from":"(\w+)"\}$/;

/** Reads the live stream, in pieces that end anywhere. */
export class LiveReader {
  #rest = '';
  #from = '';

  take(text: string): LiveMessage[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const messages: LiveMessage[] = [];
    let first = 0;
    for (const [at, line] of lines.entries()) {
      const mark = line.startsWith('{"from":"') ? MARK.exec(line)?.[1] : undefined;
      if (mark === undefined) continue;
      this.#read(lines.slice(first, at), messages);
      first = at + 1;
      this.#from = mark;
      if (mark === 'ended' || mark === 'closed') messages.push({ from: mark, items: [] });
    }
    this.#read(first === 0 ? lines : lines.slice(first), messages);
    return messages;
  }

  /** Parses many lines at once, which takes half the time. */
  #read(lines: readonly string[], messages: LiveMessage[]): void {
    if (lines.length === 0) return;
    messages.push({ from: this.#from, items: JSON.parse(`[${lines.join()}]`) } as LiveMessage);
  }
}
