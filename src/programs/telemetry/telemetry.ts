import { decode, type Encoding, plainBytes, requestName } from '../otlp/codec.ts';
import type { Signal } from '../otlp/messages.ts';
import type { Refusal, Taken } from '../otlp/receiver.ts';
import { OtlpSender } from '../otlp/send.ts';
import { type ChosenSpans, chooseSpans } from './choose-spans.ts';
import { Journal, JournalIsFull } from './journal/journal.ts';
import { type ReadBack, readBack } from './journal/read-back.ts';
import type { TelemetryProgramOptions } from './options.ts';
import { receivedSpans } from './received/received-spans.ts';
import { sourcesIn } from './received/sources.ts';
import { Window } from './window.ts';

/** A sender may try again after so many seconds while the disk has no room. */
const FULL = { kind: 'full', retryAfterSeconds: 2 } as const;

/** A sender that is replaced has so many milliseconds to send what waits. */
const CLOSES_WITHIN = 2_000;

/** What it does with a request: writes it to the file, keeps it in memory, and sends it on. */
export class Telemetry {
  readonly window: Window;
  /** Spans, points and records that were kept. */
  readonly received: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
  /** Requests that were not taken, by signal and why. */
  readonly refused = new Map<string, number>();
  /** Spans that were not kept: they have no ids, or do not belong to the share. */
  readonly left = { rejected: 0, unsampled: 0 };
  #options: TelemetryProgramOptions;
  #journal: Journal | null = null;
  #sender: OtlpSender | null = null;
  #journalError: string | null = null;

  constructor(options: TelemetryProgramOptions) {
    this.#options = options;
    this.window = new Window(options.keep);
  }

  get options(): TelemetryProgramOptions {
    return this.#options;
  }

  get sender(): OtlpSender | null {
    return this.#sender;
  }

  /** What goes wrong now, in a few words; empty: nothing. */
  get trouble(): string {
    const error = this.#sender?.lastError ?? null;
    return [
      ...(this.#journalError === null ? [] : [`cannot write ${this.#options.file}: ${this.#journalError}`]),
      ...(error === null ? [] : [`cannot forward: ${error}`]),
    ].join('; ');
  }

  /** Opens the file, and takes in what is in it: `null` if there is none. */
  async start(): Promise<ReadBack | null> {
    this.#openSender();
    const { file } = this.#options;
    if (file === null) return null;
    const read = await readBack(file, (signal, request) => this.#keep(signal, request));
    this.#journal = await Journal.open(file);
    return read;
  }

  /** Carries out other options. What has come stays. */
  async apply(options: TelemetryProgramOptions): Promise<void> {
    const before = this.#options;
    // A file that cannot be opened leaves everything as it is.
    const journal = options.file === before.file ? this.#journal : await openJournal(options.file);
    this.#options = options;
    this.window.resize(options.keep);
    if (journal !== this.#journal) {
      const replaced = this.#journal;
      this.#journal = journal;
      this.#journalError = null;
      await replaced?.close();
    }
    if (JSON.stringify(options.forward) === JSON.stringify(before.forward)) return;
    void this.#sender?.close(CLOSES_WITHIN);
    this.#openSender();
  }

  /** `now` in milliseconds since 1970. */
  async take(signal: Signal, bytes: Buffer, encoding: Encoding, now: number): Promise<Taken> {
    const request = await plainBytes(signal, bytes, encoding);
    if (signal === 'traces') return this.#takeTraces(request, now);
    if (!(await this.#write(signal, request))) return FULL;
    this.#passOn(signal, request, await this.#keep(signal, request));
    return { kind: 'taken', partial: null };
  }

  async #takeTraces(request: Buffer, now: number): Promise<Taken> {
    const { traces, services } = this.window;
    const all = receivedSpans(request, traces.owners);
    const chosen = chooseSpans(all, this.#options.sampling);
    const wanted = await wantedOf(request, chosen);
    if (!(await this.#write('traces', wanted))) return FULL;
    services.add(all, now);
    traces.add(chosen.received);
    this.#passOn('traces', wanted, chosen.spans);
    return { kind: 'taken', partial: this.#partialOf(chosen) };
  }

  refuse(signal: Signal, refusal: Refusal): void {
    const key = `${signal} ${refusal}`;
    this.refused.set(key, (this.refused.get(key) ?? 0) + 1);
  }

  /** Sends on and writes what is left, within so many milliseconds. */
  async close(within: number): Promise<void> {
    await this.#sender?.close(within);
    await this.#journal?.close();
  }

  /** False: there is no room. */
  async #write(signal: Signal, request: Buffer): Promise<boolean> {
    if (this.#journal === null) return true;
    const { jsonOf } = await import('../otlp/json/json-of-bytes.ts');
    try {
      await this.#journal.append(jsonOf(requestName(signal), request));
      this.#journalError = null;
      return true;
    } catch (error) {
      if (!(error instanceof JournalIsFull)) throw error;
      this.#journalError = error.message;
      return false;
    }
  }

  /** Returns how many spans, points or records there are. */
  async #keep(signal: Signal, request: Buffer): Promise<number> {
    const { traces, logs, metrics } = this.window;
    if (signal === 'traces') return traces.add(receivedSpans(request, traces.owners));
    if (signal === 'logs') return logs.add(request, sourcesIn(request));
    return metrics.add(await decode('metrics', request, 'protobuf'));
  }

  #passOn(signal: Signal, request: Buffer, items: number): void {
    this.received[signal] += items;
    if (items > 0) void this.#sender?.sendBytes(signal, request, items);
  }

  #partialOf({ rejected, unsampled }: ChosenSpans) {
    this.left.rejected += rejected;
    this.left.unsampled += unsampled;
    return rejected === 0 ? null : { rejected, message: 'Some spans have no trace id or no span id.' };
  }

  #openSender(): void {
    const { forward } = this.#options;
    this.#sender =
      forward === null ? null : new OtlpSender({ endpoint: forward.url, headers: forward.headers });
  }
}

/** All of a request, or what was chosen of it. */
const wantedOf = async (request: Buffer, { received, rejected, unsampled }: ChosenSpans): Promise<Buffer> => {
  if (rejected === 0 && unsampled === 0) return request;
  const { onlySpans } = await import('./received/only-spans.ts');
  const chosen = new Set(received.flatMap(({ spans }) => spans.map(({ place }) => place.from)));
  return onlySpans(request, (from) => chosen.has(from));
};

const openJournal = async (file: string | null): Promise<Journal | null> =>
  file === null ? null : Journal.open(file);
