import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Figure } from '../measure.ts';
import { cpuOf, pause, pssOf } from '../peers/run.ts';
import { BARE, BenchPod } from './bench-pod.ts';

const TARGETS = 10;
const SERIES = 2_000;
const MEASURED_MS = 20_000;

/** A page as that of an app with histograms: values go up from one scrape to the next. */
const pageOf = (scrape: number): string => {
  const rows = Array.from({ length: SERIES }, (_, at) => {
    const labels = `method="GET",route="/orders/${Math.floor(at / 10)}",le="${2 ** (at % 10)}"`;
    return `http_server_request_duration_seconds_bucket{${labels}} ${scrape * (at + 1)}\n`;
  });
  return `# TYPE http_server_request_duration_seconds histogram\n${rows.join('')}`;
};

const pages = Array.from({ length: 4 }, (_, scrape) => Buffer.from(pageOf(scrape + 1)));

const configOf = (port: number): object => ({
  sidecars: {
    prometheus: {
      use: 'prometheus',
      with: {
        scrapeInterval: '1s',
        scrape: Array.from({ length: TARGETS }, (_, at) => ({ to: { port }, job: `job-${at}` })),
      },
    },
  },
  primary: { command: BARE },
});

/** The embedded store with ten pages of two thousand samples, each scraped once a second. */
export const benchPrometheus = async (): Promise<readonly Figure[]> => {
  let served = 0;
  const server = createServer((_, response) => {
    served += 1;
    response.end(pages[Math.floor(served / TARGETS) % pages.length]);
  });
  const port = await listening(server);
  await using pod = await BenchPod.start(configOf(port), ['prometheus', 'primary']);
  await pause(5_000);
  const pid = pod.pid('prometheus');
  const [cpu, scrapes] = [cpuOf(pid), served];
  await pause(MEASURED_MS);
  const [used, samples] = [cpuOf(pid) - cpu, (served - scrapes) * SERIES];
  server.close().closeAllConnections();
  return [
    {
      name: `prometheus, ${TARGETS} pages of ${SERIES.toLocaleString('en')} samples, each once a second`,
      value: `${Math.round(samples / (used / 1_000)).toLocaleString('en')} samples a second of CPU, ${(pssOf(pid) / 2 ** 20).toFixed(1)} MiB PSS`,
      target: '-',
    },
  ];
};

const listening = async (server: Server): Promise<number> => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
};
