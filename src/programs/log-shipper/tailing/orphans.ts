import type { FileRecord } from '../positions/position-file.ts';
import type { TailedFile } from './tailed-file.ts';

/** What was known of a file that is no longer there as it was: a copy of it may have the rest. */
interface Orphan {
  readonly record: FileRecord;
  /** Size that it had. */
  readonly size: number;
  readonly since: number;
  /** With what is still to be acknowledged; `null`: nothing. */
  readonly file: TailedFile | null;
  isClaimed: boolean;
}

/** Milliseconds in which a copy of a file turns up. */
const WAITS = 60_000;

/** Positions in files that were cut short, written anew or moved away. */
export class Orphans {
  readonly #say: (line: string) => void;
  #orphans: Orphan[] = [];
  /** Bytes that were gone before they could be read. */
  lostBytes = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** @param size that it had when it was last looked at */
  add(record: FileRecord, size: number, now: number, file: TailedFile | null = null): void {
    if (record.head.length === 0 && size === 0) return;
    this.#orphans.push({ record, size, since: now, file, isClaimed: false });
  }

  /** Takes the newest one of a log that a file goes on from. */
  claim(original: string, goesOn: (record: FileRecord) => boolean): Orphan | null {
    const found = this.#orphans.findLast(
      (orphan) =>
        !orphan.isClaimed &&
        orphan.record.original === original &&
        orphan.record.head.length > 0 &&
        goesOn(orphan.record),
    );
    if (found === undefined) return null;
    found.isClaimed = true;
    return found;
  }

  /** Those that a later start may need: what was read of them and not delivered can be read again in a copy. */
  get records(): readonly FileRecord[] {
    return this.#orphans
      .filter(({ isClaimed }) => !isClaimed)
      .map(({ record, file }) => (file === null ? record : { ...record, mark: file.acknowledged }));
  }

  /** Gives up those that nothing has gone on from. */
  expire(now: number): void {
    const [over, left] = [
      this.#orphans.filter(({ since }) => now >= since + WAITS),
      this.#orphans.filter(({ since }) => now < since + WAITS),
    ];
    this.#orphans = left;
    for (const { record, size, isClaimed } of over) {
      const lost = size - record.mark.position;
      if (isClaimed || lost <= 0) continue;
      this.lostBytes += lost;
      this.#say(`${record.original} was cut short or written anew before ${lost} bytes of it were read`);
    }
  }
}
