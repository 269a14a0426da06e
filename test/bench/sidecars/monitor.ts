import type { Figure } from '../measure.ts';
import { cpuOf, pause, pssOf } from '../peers/run.ts';
import { BenchPod } from './bench-pod.ts';

const PROCESSES = 20;
const SCRAPES = 20;
const SCRAPED_EVERY = 1_000;

const PROCESS = { command: ['sleep', '100000'] };

const CONFIG = {
  sidecars: {
    monitor: { use: 'monitor' },
    ...Object.fromEntries(Array.from({ length: PROCESSES - 1 }, (_, at) => [`p${at}`, PROCESS])),
  },
  primary: PROCESS,
};

/** A pod of twenty processes besides the monitor, which is scraped once a second. */
export const benchMonitor = async (): Promise<readonly Figure[]> => {
  await using pod = await BenchPod.start(CONFIG, ['monitor', 'primary']);
  const url = `http://127.0.0.1:${pod.port('monitor', 'metrics')}/metrics`;
  let samples = 0;
  const scrape = async (): Promise<void> => {
    const page = await (await fetch(url)).text();
    samples = page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  };
  await scrape();
  await pause(5_000);
  const pids = [pod.pid('monitor'), pod.supervisor];
  const before = pids.map(cpuOf);
  for (let count = 0; count < SCRAPES; count++) {
    await pause(SCRAPED_EVERY);
    await scrape();
  }
  const [monitor, supervisor] = pids.map((pid, at) => share(cpuOf(pid) - (before[at] ?? 0)));
  const memory = (pssOf(pod.pid('monitor')) / 2 ** 20).toFixed(1);
  return [
    {
      name: `monitor, ${PROCESSES} processes, a scrape a second`,
      value: `${monitor} of a core, ${memory} MiB PSS (${samples} samples; supervisor: ${supervisor})`,
      target: '-',
    },
  ];
};

const share = (cpu: number): string => `${((cpu / (SCRAPES * SCRAPED_EVERY)) * 100).toFixed(1)} %`;
