import { eachLine } from '../logs/each-line.ts';
import type { AboveLimit } from '../model/above-limit.ts';
import type { AlertTold } from '../model/alert.ts';
import type { Notice } from '../model/notice.ts';
import type { ReloadEntry } from '../model/planned-reload.ts';
import type { PodEvent, ProcessEvent } from '../model/pod-event.ts';
import type { PodSpec, ProcessSpec } from '../model/pod-spec.ts';
import { findingText } from './findings.ts';
import { asciiControls } from './printable.ts';
import { maskSecrets } from './secrets.ts';
import { noticeText, podStopText, reasonText, reloadEntryText } from './wording.ts';

/** An event as JSON: a `type` with its fields. */
export type EventFacts = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Writes bytes to the output. */
export type Write = (bytes: Buffer | string) => void;

/** Fields of an event, as written everywhere: `--ui json`, the control socket, the library. */
export const eventFacts = (event: PodEvent, spec: PodSpec): EventFacts => {
  switch (event.type) {
    case 'pod':
      return {
        type: 'pod',
        state: event.state,
        name: event.name,
        ...(event.state === 'starting' ? { pid: process.pid } : {}),
        ...(event.exitCode === null ? {} : { exitCode: event.exitCode }),
        ...(event.reason === null ? {} : { reason: podStopText(event.reason) }),
      };
    case 'app': {
      const { app: name, exitCode, reason } = event;
      return { type: 'app', name, state: 'ended', exitCode, reason: podStopText(reason) };
    }
    case 'process':
      return processFacts(event, spec);
    case 'probe': {
      const { name, probe, ok, finding } = event;
      return { type: 'probe', name, probe, ok, message: maskSecrets(findingText(finding)) };
    }
    case 'refused':
    case 'signalled':
      return { ...event };
    case 'reload':
      return { type: 'reload', processes: event.plan.map(entryFacts) };
    default:
      return event satisfies never;
  }
};

export const noticeFacts = (notice: Notice): EventFacts => ({
  type: 'notice',
  kind: notice.kind,
  ...('process' in notice ? { name: notice.process } : {}),
  ...('command' in notice ? { command: notice.command } : {}),
  ...('exit' in notice ? { exitCode: notice.exit.code, signal: notice.exit.signal } : {}),
  ...(notice.kind === 'above-limit' ? limitFacts(notice) : {}),
  ...(notice.kind === 'alert' ? alertFacts(notice) : {}),
  message: noticeText(notice),
});

const limitFacts = ({ resource, used, limit, action }: AboveLimit) => ({ resource, used, limit, action });

const alertFacts = ({ alert, alertState, labels }: AlertTold) => ({ alert, alertState, labels });

const entryFacts = (entry: ReloadEntry) => ({
  name: entry.process,
  action: entry.action,
  reason: reloadEntryText(entry),
});

const processFacts = (event: ProcessEvent, spec: PodSpec): EventFacts => {
  const { type, name, role, app, state, previous, pid, restarts, exit, retryIn, reason } = event;
  return {
    type,
    name,
    role,
    ...(app === null ? {} : { app: app.name, instance: app.instance }),
    ...originOf(name, spec),
    state,
    previous,
    ...(pid === null ? {} : { pid }),
    restarts,
    ...(state === 'ready' ? portsOf(name, spec) : {}),
    ...(exit === null ? {} : { exitCode: exit.code, signal: exit.signal }),
    ...(retryIn === null ? {} : { retryInMs: Math.round(retryIn) }),
    ...(reason === null ? {} : { reason: reasonText(reason) }),
    ...(reason?.kind === 'not-ended' ? { survivors: reason.survivors } : {}),
  };
};

const originOf = (name: string, spec: PodSpec): Pick<Partial<ProcessSpec>, 'origin'> => {
  const origin = spec.processes.get(name)?.origin ?? null;
  return origin === null ? {} : { origin };
};

const portsOf = (name: string, spec: PodSpec): { ports?: Record<string, number> } => {
  const ports = spec.processes.get(name)?.ports ?? [];
  if (ports.length === 0) return {};
  return { ports: Object.fromEntries(ports.map((port) => [port.name, port.port])) };
};

/** Writes one JSON object a line, numbered without gaps, for programs. */
export class JsonReport {
  #spec: PodSpec;
  readonly #write: Write;
  #seq = 0;
  #isOver = false;

  constructor(spec: PodSpec, write: Write) {
    this.#spec = spec;
    this.#write = write;
  }

  event(event: PodEvent): void {
    if (event.type === 'reload') this.#spec = event.spec;
    this.#isOver ||= event.type === 'pod' && event.state === 'stopped';
    this.#line(eventFacts(event, this.#spec));
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

  /** Reports an unfinished line. The whole line follows later and begins with this text. */
  unfinished(name: string, stream: 'stdout' | 'stderr', line: Buffer | null): void {
    if (line !== null) this.output(name, stream, line, true);
  }

  notice(notice: Notice): void {
    // A cause found after the end is for people: for programs the end itself is the last event.
    if (notice.kind !== 'likely-cause' || !this.#isOver) this.#line(noticeFacts(notice));
  }

  #line(facts: EventFacts): void {
    this.#write(asciiControls(this.#text(facts)));
  }

  #text(facts: EventFacts): string {
    this.#seq += 1;
    return `${JSON.stringify({ time: new Date().toISOString(), seq: this.#seq, ...facts })}\n`;
  }
}
