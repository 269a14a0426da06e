import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { isInstalled } from '../../support/installed.ts';
import { type RunningFaults, runFaults, startEcho } from './running-faults.ts';

const configFor = ({ admin }: RunningFaults): string =>
  JSON.stringify({
    scrape_configs: [
      {
        job_name: 'faults',
        scrape_interval: '1s',
        static_configs: [{ targets: [`127.0.0.1:${admin}`] }],
      },
    ],
  });

/** Runs Prometheus until the end of the test, and asks it. */
const scrapeWithPrometheus = async (faults: RunningFaults) => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  const at = `127.0.0.1:${await freePort()}`;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(config, configFor(faults));
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
    fetch(`http://${at}/api/v1/query?query=${query}`).then(
      (response) => response.text(),
      () => 'not there yet',
    );
};

test.runIf(isInstalled('prometheus'))('Prometheus scrapes the metrics of faults', async () => {
  const upstream = `127.0.0.1:${await startEcho()}`;
  const faults = await runFaults({ upstream, toxics: [{ type: 'latency' }] });
  const ask = await scrapeWithPrometheus(faults);
  await eventually('a scrape', async () => (await ask('up')).includes('"1"]'));
  const found = JSON.parse(await ask('sidecar_toxics_active'));
  expect(found.data.result).toMatchObject([{ metric: { proxy: 'slow' }, value: [expect.anything(), '1'] }]);
});
