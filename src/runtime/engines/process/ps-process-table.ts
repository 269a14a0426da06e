import { runTool } from '../../launch/run-tool.ts';
import type { ProcessRow, ProcessTable } from './process-table.ts';

const KIBIBYTE = 1024;

/** For macOS and other Unixes: ps, about 15 ms of another process's time. */
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
    // ps fails if one of them has gone, and lists the others anyway.
    const text = await runTool('ps', ['-ww', '-o', 'pid=,args=', '-p', pids.join(',')]);
    const matches = [...text.matchAll(/^\s*(\d+) (.*?)\s*$/gm)];
    return new Map(matches.map(([, pid, command = '']) => [Number(pid), command]));
  }
}

/** Parses `  501     1   501   2432   0:01.25`; null if it is not a row. */
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

/** Seconds of `[[days-]hours:]minutes:seconds[.hundredths]`; macOS keeps counting minutes where others use hours. */
const parsePsTime = (text: string): number => {
  const [time = '', days = '0'] = text.split('-').reverse();
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
};
