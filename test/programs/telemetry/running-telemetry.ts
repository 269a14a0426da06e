import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TelemetryProgramOptions } from '../../../src/programs/telemetry/options.ts';
import { eventually, withDeadline } from '../../support/deadline.ts';
import { freePort } from '../../support/free-port.ts';
import { programFile } from '../../support/program-file.ts';

export interface RunningTelemetry {
  readonly http: string;
  readonly grpc: number;
  readonly pid: number;
  /** The JSON of an answer of the admin port. */
  readonly get: <Answer>(path: string) => Promise<Answer>;
  readonly text: (path: string) => Promise<string>;
  /** Sends JSON, and gives the status of the answer. */
  readonly post: (signal: 'traces' | 'metrics' | 'logs', request: object) => Promise<number>;
  readonly admin: string;
  readonly output: () => string;
  readonly kill: (signal: NodeJS.Signals) => void;
  readonly exit: Promise<number | null>;
  readonly reload: (options: Partial<TelemetryProgramOptions>) => void;
  /** What it reports of its status. */
  readonly status: () => string;
}

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'telemetry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Runs the program of `use: 'telemetry'` until the end of the test. */
export const runTelemetry = async (
  options: Partial<TelemetryProgramOptions> = {},
): Promise<RunningTelemetry> => {
  const optionsFile = join(temporaryFolder(), 'options');
  const [http, grpc, admin] = [await freePort(), await freePort(), await freePort()];
  const write = (more: Partial<TelemetryProgramOptions>): void => {
    const all: TelemetryProgramOptions = {
      ...{ http: `127.0.0.1:${http}`, grpc: `127.0.0.1:${grpc}`, admin: `127.0.0.1:${admin}` },
      keep: { traces: 1_000, logs: 1_000, metrics: 1_000 },
      ...{ sampling: 1, forward: null, file: null },
      ...options,
      ...more,
    };
    writeFileSync(optionsFile, JSON.stringify(all));
  };
  write({});
  const child = spawn(process.execPath, [await programFile('telemetry'), optionsFile], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, NOTIFY_FD: '3' },
  });
  let [output, status] = ['', ''];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += data));
  child.stdio[3]?.on('data', (data) => (status += data));
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  const adminUrl = `http://127.0.0.1:${admin}`;
  const ready = eventually('telemetry to be ready', () =>
    fetch(`${adminUrl}/ready`).then(
      ({ ok }) => ok,
      () => child.exitCode !== null,
    ),
  );
  await withDeadline('telemetry to be ready', ready, () => output);
  if (child.exitCode !== null) throw new Error(`telemetry ended with ${child.exitCode}: ${output}`);
  return {
    ...{ http: `http://127.0.0.1:${http}`, grpc, admin: adminUrl, pid: child.pid ?? 0, exit },
    get: async (path) => (await fetch(`${adminUrl}${path}`)).json() as Promise<never>,
    text: async (path) => (await fetch(`${adminUrl}${path}`)).text(),
    post: async (signal, request) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(request);
      return (await fetch(`http://127.0.0.1:${http}/v1/${signal}`, { method: 'POST', headers, body })).status;
    },
    output: () => output,
    kill: (signal) => child.kill(signal),
    reload: (more) => {
      write(more);
      child.kill('SIGHUP');
    },
    status: () => status,
  };
};
