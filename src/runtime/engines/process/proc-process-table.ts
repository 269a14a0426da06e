import { readFileSync } from 'node:fs';
import { listPids, type ProcEntry, readCommandLine, readEntry } from '../../process-tree/proc-table.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

/** Unit of time in /proc (USER_HZ), fixed by the kernel's interface, whatever its own clock. */
const TICKS_PER_SECOND = 100;
const AT_PAGESZ = 6n;
const COMMONEST_PAGE = 4096;

/** Takes 10 µs for each process, all of it in the kernel. */
export class ProcProcessTable implements ProcessTable {
  readonly #pageSize = readPageSize();

  async rows(except: ReadonlySet<number> = new Set()): Promise<readonly ProcessRow[]> {
    const rows: ProcessRow[] = [];
    for (const pid of listPids()) {
      if (except.has(pid)) continue;
      const entry = readEntry(pid);
      if (entry !== null) rows.push(toRow(entry, this.#pageSize));
    }
    return rows;
  }

  rowsOf(entries: readonly ProcEntry[]): readonly ProcessRow[] {
    return entries.map((entry) => toRow(entry, this.#pageSize));
  }

  async commands(pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const commands = pids.map((pid) => [pid, readCommandLine(pid)] as const);
    return new Map(commands.filter(([, command]) => command !== ''));
  }
}

const toRow = (entry: ProcEntry, pageSize: number): ProcessRow => ({
  pid: entry.pid,
  parentPid: entry.ppid,
  group: entry.group,
  session: entry.session,
  startTime: entry.startTime,
  cpu: entry.ticks / TICKS_PER_SECOND,
  waitedCpu: entry.waitedTicks / TICKS_PER_SECOND,
  memory: entry.residentPages * pageSize,
});

/** Read from the pairs that the kernel hands every program at its start. Some arm64 kernels have 64 KiB. */
const readPageSize = (): number => {
  try {
    const words = new BigUint64Array(new Uint8Array(readFileSync('/proc/self/auxv')).buffer);
    const at = words.findIndex((word, index) => index % 2 === 0 && word === AT_PAGESZ);
    return at === -1 ? COMMONEST_PAGE : Number(words[at + 1]);
  } catch {
    return COMMONEST_PAGE;
  }
};
