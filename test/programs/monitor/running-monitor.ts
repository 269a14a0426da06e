import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { eventually } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';
import { FakePod, stateFolder } from '../pod/fake-pod.ts';

/** Runs the program of `use: 'monitor'` beside a pod of these processes, until the end of the test. */
export const runMonitor = async (
  more: object = {},
  names: readonly string[] = ['web'],
  record: object | null = {},
) => {
  const state = stateFolder(record);
  const pod = new FakePod();
  pod.names = [...names];
  await pod.listen(state.socket);
  const [admin, metrics] = [await freePort(), await freePort()];
  const write = (other: object): void =>
    writeFileSync(
      state.optionsFile,
      JSON.stringify({
        ...{ name: 'watch', pod: 'shop', admin: `127.0.0.1:${admin}`, metrics: `127.0.0.1:${metrics}` },
        ...{ interval: 1_000, processes: null, probes: true, names: ['otel'], limits: [], push: null },
        ...other,
      }),
    );
  write(more);
  const child = spawn(process.execPath, [await programFile('monitor'), state.optionsFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  if (record !== null) {
    await eventually(`a listener ${output}`, () => pod.meters === 1);
    await eventually('a follower', () => pod.followers === 1);
  }
  const get = (port: number, path: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port}${path}`, init);
  return {
    ...{ pod, child, exit, admin, metrics },
    output: () => output,
    scrape: async () => (await get(metrics, '/metrics')).text(),
    page: (path: string, init?: RequestInit) => get(admin, path, init),
    asked: (path: string, init?: RequestInit) => get(metrics, path, init),
    reload: (other: object) => {
      write(other);
      child.kill('SIGHUP');
    },
  };
};

/** What a process uses, as a supervisor tells it. */
export const usageOf = (memory = 100_000_000) => ({
  ...{ cpu: 0.25, memory, processes: 2 },
  details: {
    startedAt: 1_700_000_000_500,
    cpuSeconds: { user: 12.5, system: 3.25 },
    memory: { resident: memory, proportional: 80_000_000, virtual: 900_000_000, swapped: 4_096 },
    ...{ threads: 11, openFiles: 30, maxOpenFiles: 1_024, worstOpenFiles: 0.02 },
    disk: { read: 4_096, written: 8_192 },
    contextSwitches: { voluntary: 100, involuntary: 7 },
    pageFaults: { minor: 5_000, major: 3 },
    states: { running: 1, sleeping: 1, waiting: 0, other: 0 },
  },
});
