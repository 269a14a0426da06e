import { runTool } from '../launch/run-tool.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

const KIBIBYTE = 1024;

/** macOS and the other Unixes: ps, some 15 ms of another process's time. */
export class PsProcessTable implements ProcessTable {
  async rows(): Promise<readonly ProcessRow[]> {
    const text = await runTool('ps', ['-axo', 'pid=,ppid=,pgid=,rss=,time=']);
    return text
      .split('\n')
      .map(parsePsRow)
      .filter((row) => row !== null);
  }

  rowsOf(): readonly ProcessRow[] {
    // There is no /proc to read them from.
    return [];
  }

  async commands(pids: readonly number[]): Promise<ReadonlyMap<number, string>> {
    if (pids.length === 0) return new Map();
    // ps fails when one of them has gone, and tells of the others all the same.
    const text = await runTool('ps', ['-ww', '-o', 'pid=,args=', '-p', pids.join(',')]);
    const matches = [...text.matchAll(/^\s*(\d+) (.*?)\s*$/gm)];
    return new Map(matches.map(([, pid, command = '']) => [Number(pid), command]));
  }
}

/** `  501     1   501   2432   0:01.25`; null for what is no row. */
export const parsePsRow = (line: string): ProcessRow | null => {
  const match = /^\s*(\d+)\s+(\d+)\s+(-?\d+)\s+(\d+)\s+(\S+)\s*$/.exec(line);
  if (match === null) return null;
  const [, pid, parentPid, group, kibibytes, time = ''] = match;
  return {
    pid: Number(pid),
    parentPid: Number(parentPid),
    group: Number(group),
    session: Number(group),
    startTime: null,
    cpu: parsePsTime(time),
    waitedCpu: 0,
    memory: Number(kibibytes) * KIBIBYTE,
  };
};

/** Seconds of `[[days-]hours:]minutes:seconds[.hundredths]`; macOS counts minutes on where others say hours. */
const parsePsTime = (text: string): number => {
  const [time = '', days = '0'] = text.split('-').reverse();
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
};
