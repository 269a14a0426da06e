import type { Duplex } from 'node:stream';
import type { UiSpec } from '../../model/pod-spec.ts';
import type { Answer } from '../answer.ts';
import type {
  LogView,
  PodClient,
  PodRequest,
  PodSnapshot,
  ProcessDetails,
  RequestOutcome,
  Sentence,
  ToldEvent,
  Usage,
  UsageWithDetails,
} from '../pod-client.ts';
import { ATTACH_PROTOCOL, type EventLine, type MissedLine, type UsageLine } from '../protocol.ts';
import { newestSentences, sentenceOf } from '../sentences.ts';
import { Connection, type ConnectionLimits, PodGone, PodSilent } from './connection.ts';
import { MOST_LINES, RemoteLogs } from './remote-logs.ts';

/**
 * A pod in another process, over its control socket. When the pod goes, the last snapshot stays, and `gone` resolves.
 *
 * @example
 * await using pod = await RemotePod.open(record.socket);
 * pod.onChange(() => show(pod.snapshot));
 */
export class RemotePod implements PodClient {
  readonly #connection: Connection;
  readonly #closing = new AbortController();
  readonly #changes = new Set<() => void>();
  readonly #outputs = new Set<() => void>();
  readonly #logs = new RemoteLogs();
  #snapshot: PodSnapshot;
  #followingLogs: Promise<void> | undefined;
  #followingEvents: Promise<void> | undefined;
  #following: Promise<void> | null = null;
  #silence: PodSilent | null = null;

  private constructor(connection: Connection, first: PodSnapshot) {
    this.#connection = connection;
    this.#snapshot = first;
  }

  /** Connects to a pod. Rejects with `PodGone` when nobody listens there, and with `PodSilent` when nobody answers. */
  static async open(socket: string, limits: ConnectionLimits = {}): Promise<RemotePod> {
    const connection = new Connection(socket, limits);
    const first = await connection.get<PodSnapshot>('pod');
    if (!first.ok) throw new PodGone();
    return new RemotePod(connection, first.value);
  }

  /** Resolves when the supervisor sends nothing more, and all followed output has arrived. */
  get gone(): Promise<void> {
    return this.#followChanges()
      .then(() => this.#followingLogs)
      .then(() => this.#followingEvents);
  }

  /** Set if `gone` resolved because nobody answers, and not because the pod has ended. */
  get silence(): PodSilent | null {
    return this.#silence;
  }

  #followChanges(): Promise<void> {
    this.#following ??= this.#follow<PodSnapshot>('pod?follow=1', (snapshot) => {
      this.#snapshot = snapshot;
      for (const listener of [...this.#changes]) listener();
    });
    return this.#following;
  }

  /** The snapshot from the opening, and the newest one after the first call of `onChange` or `gone`. */
  get snapshot(): PodSnapshot {
    return this.#snapshot;
  }

  onChange(listener: () => void): () => void {
    void this.#followChanges();
    return join(this.#changes, listener);
  }

  /** Output of one process, or of all (null). `tail`: number of kept lines to fetch at first. */
  log(process: string | null, tail = MOST_LINES): LogView {
    this.#followLogs(tail);
    return this.#logs.view(process);
  }

  onOutput(listener: () => void): () => void {
    this.#followLogs(MOST_LINES);
    return join(this.#outputs, listener);
  }

  onSentence(listener: (sentence: Sentence) => void): () => void {
    const end = new AbortController();
    this.#followingEvents = this.#followSentences(
      listener,
      AbortSignal.any([end.signal, this.#closing.signal]),
    );
    return () => end.abort();
  }

  onEvent(listener: (event: ToldEvent) => void): () => void {
    const end = new AbortController();
    void this.#follow<ToldEvent | MissedLine>(
      'events?follow=1',
      (event) => {
        if (event.type !== 'missed') listener(event);
      },
      AbortSignal.any([end.signal, this.#closing.signal]),
    );
    return () => end.abort();
  }

  async #followSentences(listener: (sentence: Sentence) => void, signal: AbortSignal): Promise<void> {
    const past: EventLine[] = [];
    await this.#follow<EventLine>('events', (event) => past.push(event), signal);
    for (const sentence of newestSentences(past)) listener(sentence);
    const path = `events?follow=1&since=${past.at(-1)?.seq ?? 0}`;
    await this.#follow<EventLine>(
      path,
      (event) => {
        const sentence = sentenceOf(event);
        if (sentence !== null) listener(sentence);
      },
      signal,
    );
  }

  onUsage(listener: (usage: ReadonlyMap<string, Usage>) => void, details?: UsageWithDetails): () => void {
    const end = new AbortController();
    void this.#follow<UsageLine>(
      details === undefined ? 'usage' : `usage?details=1&period=${details.period}`,
      ({ processes }) => listener(new Map(Object.entries(processes))),
      AbortSignal.any([end.signal, this.#closing.signal]),
    );
    return () => end.abort();
  }

  /** Settings of its dashboard. Rejects as `open` does. */
  async ui(): Promise<UiSpec> {
    const answer = await this.#connection.get<UiSpec>('ui');
    if (!answer.ok) throw new PodGone();
    return answer.value;
  }

  async details(process: string): Promise<ProcessDetails | null> {
    const path = `processes/${encodeURIComponent(process)}?reveal=1`;
    const answer = await this.#connection.get<ProcessDetails>(path);
    return answer.ok ? answer.value : null;
  }

  async request(request: PodRequest): Promise<RequestOutcome> {
    const isLong = request.type === 'reload';
    const answer = await this.#connection.post<RequestOutcome>('requests', request, isLong);
    return answer.ok ? answer.value : answer;
  }

  /** Connects to the stdin and the output of a process. Rejects as `open` does. */
  attach(process: string): Promise<Answer<Duplex>> {
    return this.#connection.upgrade(`processes/${encodeURIComponent(process)}/attach`, ATTACH_PROTOCOL);
  }

  openTerminal(process: string): Promise<Answer<Duplex>> {
    return this.#connection.upgrade(`processes/${encodeURIComponent(process)}/terminal`, ATTACH_PROTOCOL);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  #followLogs(tail: number): void {
    this.#followingLogs ??= this.#follow<never>(`logs?follow=1&tail=${tail}`, (line) => {
      this.#logs.take(line);
      for (const listener of [...this.#outputs]) listener();
    });
  }

  async #follow<T>(
    path: string,
    take: (object: T) => void,
    signal: AbortSignal = this.#closing.signal,
  ): Promise<void> {
    // Readers learn of the end by `gone`.
    await this.#connection.follow(path, signal, take).catch((error: unknown) => {
      if (error instanceof PodSilent) this.#silence = error;
    });
  }
}

const join = (listeners: Set<() => void>, listener: () => void): (() => void) => {
  const own = (): void => listener();
  listeners.add(own);
  return () => void listeners.delete(own);
};
