import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

const configFor = (port: number): string =>
  JSON.stringify({
    scrape_configs: [
      {
        job_name: 'sidecar',
        scrape_interval: '1s',
        static_configs: [{ targets: [`127.0.0.1:${port}`] }],
      },
    ],
  });

/** Runs a Prometheus that scrapes a port until the end of the test, and asks it. */
export const scrapeWithPrometheus = async (port: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const at = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configFor(port));
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=${at}`,
  ];
  const prometheus = spawn('prometheus', args, { stdio: 'ignore' });
  const exit = once(prometheus, 'exit');
  onTestFinished(async () => {
    prometheus.kill('SIGKILL');
    await exit;
    rmSync(folder, { recursive: true, force: true });
  });
  return (query: string): Promise<string> =>
    fetch(`http://${at}/api/v1/query?query=${encodeURIComponent(query)}`).then(
      (response) => response.text(),
      () => 'not there yet',
    );
};
