import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';

/** Runs a Prometheus that has the samples of an OpenMetrics text, until the end of the test. Returns its address. */
export const prometheusWith = async (openMetrics: string): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [text, data, config] = ['samples', 'data', 'prometheus.yml'].map((name) => join(folder, name));
  writeFileSync(text ?? '', openMetrics);
  writeFileSync(config ?? '', '{}');
  await execa('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', text ?? '', data ?? '']);
  const at = `127.0.0.1:${await freePort()}`;
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${at}`];
  const prometheus = spawn('prometheus', flags, { stdio: 'ignore' });
  const exit = once(prometheus, 'exit');
  onTestFinished(async () => {
    prometheus.kill('SIGKILL');
    await exit;
  });
  const ready = (): Promise<boolean> =>
    fetch(`http://${at}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually('Prometheus to be ready', ready);
  return `http://${at}`;
};
