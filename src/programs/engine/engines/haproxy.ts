import { sleep } from '../../../time/timers.ts';
import type { Engine } from '../engine.ts';
import { place } from '../folder.ts';
import { ask, command } from '../unix-request.ts';

const CONTROL = place('control.sock');
const MASTER = place('master.sock');
const METRICS = place('metrics.sock');

/** A new worker reads the configuration before it listens. */
const RELOADS_WITHIN = 10_000;

export const haproxy: Engine = {
  program: 'haproxy',
  check: (config) => ['-c', '-f', config],
  // A master passes on to a new worker what the old one listens at.
  run: (config) => ['-W', '-db', '-S', `unix@${MASTER},mode,600`, '-f', config],
  env: () => ({}),
  // It listens before it has started its worker, and its master loses signals until it has done so.
  isUp: async () => (await workerPid()) !== null,
  drainSignal: 'SIGUSR1',
  stopSignal: 'SIGTERM',
  reload: async (pid) => {
    const before = await workerPid();
    process.kill(pid, 'SIGUSR2');
    for (let waited = 0; waited < RELOADS_WITHIN; waited += 10) {
      await sleep(10);
      const now = await workerPid();
      if (now !== null && now !== before) return;
    }
    throw new Error('no new worker has started');
  },
  metrics: () => ask(METRICS, '/metrics'),
  stats: async () => statsOf(await command(CONTROL, 'show stat')),
  lacksProcessMetrics: true,
  setReady: async (servers, isReady) => {
    const state = isReady ? 'ready' : 'maint';
    for (const server of servers) await command(CONTROL, `set server ${server} state ${state}`);
  },
};

/** The process that does the work now; null: the master does not answer yet. */
const workerPid = async (): Promise<string | null> => {
  try {
    return /^# workers\n(\d+)/m.exec(await command(MASTER, 'show proc'))?.[1] ?? null;
  } catch {
    return null;
  }
};

/** Figures of HAProxy's table, under its own names. */
const FIGURES = [
  'scur',
  'stot',
  'qcur',
  'bin',
  'bout',
  'econ',
  'eresp',
  'wretr',
  'hrsp_2xx',
  'hrsp_4xx',
  'hrsp_5xx',
];

const statsOf = (csv: string): object => {
  const [head = '', ...lines] = csv.trim().split('\n');
  const names = head.replace(/^# /, '').split(',');
  const rows = lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
  });
  return Object.fromEntries(rows.map((row) => [`${row['pxname']}/${row['svname']}`, figuresOf(row)]));
};

const figuresOf = (row: Readonly<Record<string, string>>): object => ({
  status: row['status'],
  ...Object.fromEntries(
    FIGURES.flatMap((name) =>
      row[name] === undefined || row[name] === '' ? [] : [[name, Number(row[name])]],
    ),
  ),
});
