import type { Source } from '../received/sources.ts';
import { type Owner, Owners } from './owners.ts';
import { type Packed, pack } from './packed.ts';
import type { Limits } from './traces.ts';

/** A message `LogRecord`, and who has sent it. */
export interface KeptLog {
  readonly packed: Packed;
  readonly owner: Owner;
  /** Higher than those before. */
  readonly change: number;
}

/** The newest log records, in the order in which they came. */
export class Logs {
  limits: Limits;
  readonly #owners = new Owners();
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
    return this.#bytes + this.#owners.bytes;
  }

  get change(): number {
    return this.#change;
  }

  /** Returns how many records came. */
  add(request: Buffer, sources: readonly Source[]): number {
    const before = this.#change;
    for (const { resource, scope, places } of sources) {
      const owner = this.#owners.of(resource, scope);
      for (const { from, to } of places) this.#add(pack(request, from, to), owner);
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

  #add(packed: Packed, owner: Owner): void {
    this.#change += 1;
    this.#owners.use(owner);
    this.#kept.push({ packed, owner, change: this.#change });
    this.#bytes += RECORD + packed.length;
  }

  #makeRoom(): void {
    while (this.count > this.limits.count || this.bytes > this.limits.bytes) {
      const oldest = this.#kept[this.#from];
      if (oldest === undefined) return;
      this.#bytes -= RECORD + oldest.packed.length;
      this.#owners.release(oldest.owner);
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

/** What a record takes in the heap, without its bytes. */
const RECORD = 150;
