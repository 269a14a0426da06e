import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';
import { FakePod, stateFolder } from '../pod/fake-pod.ts';

export const BUCKETS = [0.1, 1];

/** Runs the program of `use: 'metrics-adapter'` beside a pod, until the end of the test. */
export const runAdapter = async (from: readonly object[], more: object = {}) => {
  const state = stateFolder({});
  const pod = new FakePod();
  await pod.listen(state.socket);
  const [admin, metrics] = [await freePort(), await freePort()];
  const write = (sources: readonly object[], other: object): void =>
    writeFileSync(
      state.optionsFile,
      JSON.stringify({
        ...{ name: 'adapter', pod: 'shop', admin: `127.0.0.1:${admin}`, metrics: `127.0.0.1:${metrics}` },
        ...{ from: sources, relabel: [], maxSeries: 1_000, expire: 0, push: null },
        ...other,
      }),
    );
  write(from, more);
  const child = spawn(process.execPath, [await programFile('metrics-adapter'), state.optionsFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const get = (port: number, path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers });
  const isReady = () =>
    get(admin, '/ready').then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(`readiness ${output}`, isReady);
  return {
    ...{ pod, child, exit, admin, metrics },
    output: () => output,
    page: (path: string) => get(admin, path),
    scrape: async (accept = '') => (await get(metrics, '/metrics', { accept })).text(),
    get: (accept: string) => get(metrics, '/metrics', { accept }),
    reload: (sources: readonly object[], other: object = {}) => {
      write(sources, other);
      child.kill('SIGHUP');
    },
  };
};
