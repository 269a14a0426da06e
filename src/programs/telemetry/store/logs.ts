import type { KeyValue, LogRecord, LogsRequest } from '../../otlp/messages.ts';
import { serviceOf } from './attributes.ts';
import { bytesOf, bytesOfValue } from './bytes.ts';
import type { Limits } from './traces.ts';

export interface KeptLog {
  readonly record: LogRecord;
  readonly service: string;
  readonly resource: readonly KeyValue[];
  readonly bytes: number;
  /** Higher than those before. */
  readonly change: number;
}

/** The newest log records, in the order in which they came. */
export class Logs {
  limits: Limits;
  /** Its first entries may have given way already. */
  #kept: KeptLog[] = [];
  #from = 0;
  #bytes = 0;
  #change = 0;
  dropped = 0;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get count(): number {
    return this.#kept.length - this.#from;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get change(): number {
    return this.#change;
  }

  /** Returns how many records came. */
  add({ resourceLogs }: LogsRequest): number {
    const before = this.#change;
    for (const { resource, scopeLogs } of resourceLogs) {
      const attributes = resource?.attributes ?? [];
      const service = serviceOf(attributes);
      for (const { logRecords } of scopeLogs)
        for (const record of logRecords) this.#add(record, service, attributes);
    }
    this.#makeRoom();
    return this.#change - before;
  }

  /** Those after a change, newest first. */
  *after(change: number): Generator<KeptLog> {
    for (let at = this.#kept.length - 1; at >= this.#from; at -= 1) {
      const log = this.#kept[at];
      if (log === undefined || log.change <= change) return;
      yield log;
    }
  }

  #add(record: LogRecord, service: string, resource: readonly KeyValue[]): void {
    const bytes = RECORD + bytesOf(record.attributes) + bytesOfValue(record.body ?? {});
    this.#change += 1;
    this.#kept.push({ record, service, resource, bytes, change: this.#change });
    this.#bytes += bytes;
  }

  #makeRoom(): void {
    while (this.count > this.limits.count || this.#bytes > this.limits.bytes) {
      this.#bytes -= this.#kept[this.#from]?.bytes ?? 0;
      this.#from += 1;
      this.dropped += 1;
    }
    // Moving all of them for every one that gives way would take a millisecond each time.
    if (this.#from > this.#kept.length / 2) {
      this.#kept = this.#kept.slice(this.#from);
      this.#from = 0;
    }
  }
}

/** Fields of a record in the heap, without its attributes and body. */
const RECORD = 400;
