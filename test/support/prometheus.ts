import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

const configFor = (port: number, path: string): string =>
  JSON.stringify({
    scrape_configs: [
      {
        job_name: 'sidecar',
        scrape_interval: '1s',
        metrics_path: path,
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      },
    ],
  });

/** Runs a Prometheus that scrapes a port until the end of the test, and asks it: for `query`, or `query_exemplars`. */
export const scrapeWithPrometheus = async (port: number, path = '/metrics') => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const at = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configFor(port, path));
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${at}`,
    '--enable-feature=exemplar-storage',
  ];
  const prometheus = spawn('prometheus', args, { stdio: 'ignore' });
  const exit = once(prometheus, 'exit');
  onTestFinished(async () => {
    prometheus.kill('SIGKILL');
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  const hours = { start: `${Date.now() / 1_000 - 3_600}`, end: `${Date.now() / 1_000 + 3_600}` };
  return (query: string, page = 'query'): Promise<string> =>
    fetch(`http://${at}/api/v1/${page}?${new URLSearchParams({ query, ...hours })}`).then(
      (response) => response.text(),
      () => 'not there yet',
    );
};
