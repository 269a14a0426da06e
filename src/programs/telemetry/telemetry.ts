import type { Requests } from '../otlp/codec.ts';
import type { Signal } from '../otlp/messages.ts';
import type { Refusal, Taken } from '../otlp/receiver.ts';
import { OtlpSender } from '../otlp/send.ts';
import { type ChosenSpans, chooseSpans } from './choose-spans.ts';
import { Journal, JournalIsFull } from './journal/journal.ts';
import { type ReadBack, readBack } from './journal/read-back.ts';
import type { TelemetryProgramOptions } from './options.ts';
import { Window } from './window.ts';

/** Seconds after which a sender may try again while the disk has no room. */
const RETRY_AFTER = 2;

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
    const read = await readBack(file, (signal, request) => void this.#keep(signal, request));
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
  async take<Sent extends Signal>(signal: Sent, request: Requests[Sent], now: number): Promise<Taken> {
    const chosen =
      signal === 'traces' ? chooseSpans(request as Requests['traces'], this.#options.sampling) : null;
    const wanted = (chosen?.request ?? request) as Requests[Sent];
    if (!(await this.#write(wanted))) return { kind: 'full', retryAfterSeconds: RETRY_AFTER };
    if (signal === 'traces') this.window.services.add(request as Requests['traces'], now);
    const items = this.#keep(signal, wanted);
    this.received[signal] += items;
    if (items > 0) void this.#sender?.send(signal, wanted, items);
    return { kind: 'taken', partial: chosen === null ? null : this.#partialOf(chosen) };
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
  async #write(request: object): Promise<boolean> {
    if (this.#journal === null) return true;
    const { writeJson } = await import('../otlp/json/write-json.ts');
    try {
      await this.#journal.append(writeJson(request));
      this.#journalError = null;
      return true;
    } catch (error) {
      if (!(error instanceof JournalIsFull)) throw error;
      this.#journalError = error.message;
      return false;
    }
  }

  #keep<Sent extends Signal>(signal: Sent, request: Requests[Sent]): number {
    const { traces, logs, metrics } = this.window;
    if (signal === 'traces') return traces.add(request as Requests['traces']);
    if (signal === 'logs') return logs.add(request as Requests['logs']);
    return metrics.add(request as Requests['metrics']);
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

const openJournal = async (file: string | null): Promise<Journal | null> =>
  file === null ? null : Journal.open(file);
