import type { Survivor } from '../../model/survivor.ts';
import type { Milliseconds } from '../../model/vocabulary.ts';
import { now } from '../../time/timers.ts';
import { type ProcEntry, readCommandLine, readEntry } from './proc-table.ts';
import { sendSignal } from './send-signal.ts';
import { readUser } from './user-name.ts';

/** SIGKILL takes effect within milliseconds, except on a process that hangs in the kernel. */
const HANGS_AFTER: Milliseconds = 1_000;
const UNINTERRUPTIBLE = 'D';

interface Killed {
  readonly entry: ProcEntry;
  readonly at: Milliseconds;
  refused: boolean;
}

/** All processes that one sweep has sent SIGKILL, and the results. */
export class KillRecord {
  readonly #killed = new Map<number, Killed>();

  /** Sends SIGKILL. `fresh`: the first from this sweep. `dying`: it had one, and is still there. */
  kill(entry: ProcEntry): 'fresh' | 'dying' | 'refused' {
    const sent = signalEntry(entry, 'SIGKILL');
    const known = this.#killed.get(entry.pid);
    const isKnown = known?.entry.startTime === entry.startTime;
    const refused = sent === 'refused';
    if (isKnown) known.refused = refused;
    else this.#killed.set(entry.pid, { entry, at: now(), refused });
    if (refused) return 'refused';
    return isKnown ? 'dying' : 'fresh';
  }

  /** True if everything that could be killed and is still there hangs in the kernel: waiting longer is useless. */
  onlyHangingLeft(): boolean {
    const left = this.#left().filter(({ refused }) => !refused);
    return left.length > 0 && left.every((killed) => hangs(killed) && now() - killed.at >= HANGS_AFTER);
  }

  survivors(): readonly Survivor[] {
    return this.#left().map((killed) => ({
      pid: killed.entry.pid,
      user: readUser(killed.entry.pid),
      command: readCommandLine(killed.entry.pid) || killed.entry.name,
      why: reasonOf(killed),
    }));
  }

  #left(): Killed[] {
    return [...this.#killed.values()].filter(({ entry }) => isThere(entry));
  }
}

/** Between the check and the signal the pid may have gone to another process. */
export const signalEntry = (entry: ProcEntry, signal: NodeJS.Signals): ReturnType<typeof sendSignal> =>
  isThere(entry) ? sendSignal(entry.pid, signal) : 'gone';

const isThere = ({ pid, startTime }: ProcEntry): boolean => readEntry(pid)?.startTime === startTime;

const hangs = ({ entry }: Killed): boolean => readEntry(entry.pid)?.state === UNINTERRUPTIBLE;

const reasonOf = (killed: Killed): Survivor['why'] => {
  if (killed.refused) return 'not-permitted';
  return hangs(killed) ? 'uninterruptible' : 'unknown';
};
