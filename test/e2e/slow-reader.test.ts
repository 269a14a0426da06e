import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { eventually, withDeadline } from '../support/deadline.ts';
import { gapsAfter, MachineControl, median, timesIn } from '../support/machine-control.ts';
import { processesWith } from '../support/pod-rig.ts';
import { configFile, Project } from '../support/project.ts';

const GENERATOR = fileURLToPath(new URL('../support/numbered-lines.mjs', import.meta.url));
const PROBE_PERIOD_MS = 20;
const OBSERVED_MS = 4_000;

/** Notes when it was probed. */
const openProbedServer = async () => {
  const probedAt: number[] = [];
  const server = createServer((_, response) => {
    probedAt.push(Date.now());
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const dispose = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { probedAt, url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: dispose };
};

/** A pod whose primary floods stdout, and which nobody reads. */
const startUnread = async (project: Project, stdout: number | 'pipe'): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [CLI, 'up', '--ui', 'plain'], {
    cwd: project.folder,
    env: { ...cleanEnvironment(), E2E_RIG: project.folder },
    stdio: ['ignore', stdout, 'ignore'],
  });
  await eventually('the flood to begin', () => existsSync(project.path('started')));
  return child;
};

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** The ends of a pipe whose reading end nobody reads. */
const openFifo = (project: Project) => {
  const path = project.path('fifo');
  execFileSync('mkfifo', [path]);
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reading, writing: openSync(path, constants.O_WRONLY) };
};

const floodConfig = (url: string) =>
  configFile({
    sidecars: {
      probed: { command: ['sleep', '600'], readiness: { http: url, period: PROBE_PERIOD_MS } },
    },
    primary: { command: [process.execPath, GENERATOR, '1000000000', 'started'] },
  });

describe('with a reader of stdout that stops reading', () => {
  it.each(['socket', 'pipe'])('probes go on, memory is bounded and a stop ends all: %s', async (kind) => {
    await using server = await openProbedServer();
    await using project = await Project.create({ 'sidecars.config.mjs': floodConfig(server.url) });
    const fifo = kind === 'pipe' ? openFifo(project) : null;
    const run = await startUnread(project, fifo === null ? 'pipe' : fifo.writing);
    try {
      await using control = await MachineControl.start(project);
      const from = Date.now();
      const controlTimes = () => timesIn(project.path(control.file));
      await eventually('four seconds of probes', async () => {
        const newest = [server.probedAt.at(-1), (await controlTimes()).at(-1)];
        return newest.every((at = 0) => at - from > OBSERVED_MS);
      });
      const gaps = gapsAfter(from, server.probedAt);
      const machine = gapsAfter(from, await controlTimes());
      // A blocked loop leaves one gap of all four seconds. What the machine does to a program that only asks itself it
      // may do to the supervisor too.
      expect(median(gaps), `${gaps} beside ${machine}`).toBeLessThan(150 + median(machine));
      expect(Math.max(...gaps), `${gaps} beside ${machine}`).toBeLessThan(
        OBSERVED_MS / 2 + Math.max(...machine),
      );
      expect(residentMegabytes(run.pid ?? 0)).toBeLessThan(250);
      run.kill('SIGTERM');
      const [code, signal] = await withDeadline('sidecarctl to end', once(run, 'exit'));
      expect({ code, signal }).toEqual({ code: 0, signal: null });
    } finally {
      run.kill('SIGKILL');
      if (fifo !== null) for (const fd of Object.values(fifo)) closeSync(fd);
    }
    expect(processesWith(`E2E_RIG=${project.folder}`)).toEqual([]);
  });
});

/** Writes in turns, so that it can act on a signal between them. */
const POLITE_FLOOD = `
import { writeFileSync, writeSync } from 'node:fs';
const block = 'x'.repeat(99).concat('\\n').repeat(640);
process.on('SIGTERM', () => {
  writeSync(1, 'goodbye\\n');
  process.exit(7);
});
const write = () => {
  for (let rest = Buffer.from(block); rest.length > 0; ) rest = rest.subarray(writeSync(1, rest));
  setImmediate(write);
};
writeFileSync('started', '');
write();
`;

describe('a process that waits in a write because nobody reads', () => {
  it('is let out of it when it is to stop, and all it wrote is in its log file', async () => {
    const primary = { command: [process.execPath, 'flood.mjs'] };
    await using project = await Project.create({
      'sidecars.config.mjs': configFile({ primary }),
      'flood.mjs': POLITE_FLOOD,
    });
    const run = await startUnread(project, 'pipe');
    const logs = project.path('.sidecarctl/logs/primary');
    const written = () => {
      const [name] = existsSync(logs) ? readdirSync(logs).filter((entry) => entry.endsWith('.log')) : [];
      return name === undefined ? 0 : statSync(`${logs}/${name}`).size;
    };
    let [size, looks] = [0, 0];
    await eventually('the flood to be held back', () => {
      looks = size > 0 && written() === size ? looks + 1 : 0;
      size = written();
      return looks === 30;
    });
    run.kill('SIGTERM');
    const [code] = await withDeadline('sidecarctl to end', once(run, 'exit'));
    expect(code).toBe(7);
    const [name = ''] = readdirSync(logs).filter((entry) => /^[^.]+\.log$/.test(entry));
    expect(readFileSync(`${logs}/${name}`, 'latin1').endsWith('x\ngoodbye\n')).toBe(true);
  });
});
