import type { Notice } from '../core/notice.ts';
import type { PodEvent, ProcessEvent } from '../core/pod-event.ts';
import type { PodSpec } from '../core/pod-spec.ts';
import { eachLine } from '../logs/each-line.ts';
import { noticeText, podStopText, reasonText, reloadEntryText } from './wording.ts';

/** Takes bytes on their way out. */
export type Write = (bytes: Buffer | string) => void;

/** One JSON object a line, numbered without gaps: for programs. */
export class JsonReport {
  #spec: PodSpec;
  readonly #write: Write;
  #seq = 0;

  constructor(spec: PodSpec, write: Write) {
    this.#spec = spec;
    this.#write = write;
  }

  event(event: PodEvent): void {
    switch (event.type) {
      case 'pod':
        return this.#line({
          type: 'pod',
          state: event.state,
          name: event.name,
          ...(event.state === 'starting' ? { pid: process.pid } : {}),
          ...(event.exitCode === null ? {} : { exitCode: event.exitCode }),
          ...(event.reason === null ? {} : { reason: podStopText(event.reason) }),
        });
      case 'process':
        return this.#line(this.#processFacts(event));
      case 'probe': {
        const { name, probe, ok, message } = event;
        return this.#line({ type: 'probe', name, probe, ok, message });
      }
      case 'refused':
      case 'signalled':
        return this.#line({ ...event });
      case 'reload':
        this.#spec = event.spec;
        return this.#line({
          type: 'reload',
          processes: event.plan.map((entry) => ({
            name: entry.process,
            action: entry.action,
            reason: reloadEntryText(entry),
          })),
        });
      default:
        return event satisfies never;
    }
  }

  output(name: string, stream: 'stdout' | 'stderr', block: Buffer, partial: boolean): void {
    const lines: string[] = [];
    eachLine(block, (line) => {
      lines.push(
        this.#text({
          type: 'log',
          name,
          stream,
          line: line.toString('utf8'),
          ...(partial ? { partial } : {}),
        }),
      );
    });
    this.#write(lines.join(''));
  }

  notice(notice: Notice): void {
    this.#line({ type: 'notice', kind: notice.kind, message: noticeText(notice) });
  }

  #processFacts(event: ProcessEvent): object {
    const { type, name, role, state, previous, pid, restarts, exit, retryIn, reason } = event;
    return {
      type,
      name,
      role,
      state,
      previous,
      ...(pid === null ? {} : { pid }),
      restarts,
      ...(state === 'ready' ? this.#ports(name) : {}),
      ...(exit === null ? {} : { exitCode: exit.code, signal: exit.signal }),
      ...(retryIn === null ? {} : { retryInMs: Math.round(retryIn) }),
      ...(reason === null ? {} : { reason: reasonText(reason) }),
    };
  }

  #ports(name: string): { ports?: Record<string, number> } {
    const ports = this.#spec.processes.get(name)?.ports ?? [];
    if (ports.length === 0) return {};
    return { ports: Object.fromEntries(ports.map((port) => [port.name, port.port])) };
  }

  #line(facts: object): void {
    this.#write(this.#text(facts));
  }

  #text(facts: object): string {
    this.#seq += 1;
    return `${JSON.stringify({ time: new Date().toISOString(), seq: this.#seq, ...facts })}\n`;
  }
}
