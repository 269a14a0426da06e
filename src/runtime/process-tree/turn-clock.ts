import { uptime } from 'node:os';

/** Field 22 of /proc/<pid>/stat counts in these, on every architecture. */
const TICKS_PER_SECOND = 100;

/** Clock ticks since boot, as /proc has them, when this turn of the event loop first asked. */
export class TurnClock {
  #ticks: number | null = null;

  read(): number {
    if (this.#ticks === null) {
      this.#ticks = Math.floor(uptime() * TICKS_PER_SECOND);
      setImmediate(() => {
        this.#ticks = null;
      });
    }
    return this.#ticks;
  }
}
