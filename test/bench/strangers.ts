import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '../../src/control/client/connection.ts';
import { CommandLine } from '../support/command-line.ts';
import { type Figure, median } from './measure.ts';
import { cpuOf, pause } from './peers/run.ts';

const APPS = fileURLToPath(new URL('../../fixtures/apps', import.meta.url));
const [FEW, MANY] = [100, 10_000];
const IDLE_MS = 10_000;

/**
 * Forks so many that wait, and says so. They wait for the end of a pipe that this one alone holds, so that they end
 * with it whatever it dies of, and it ends with its input.
 */
const HERD =
  'pipe my $end, my $held; for (1 .. $ARGV[0]) { next if fork; close $held; sysread $end, my $byte, 1; exit }' +
  ' $| = 1; print "ready\n"; <STDIN>; close $held; 1 while wait != -1';

/** The stop of the apps fixture, and its idle CPU with usage shown, among few other processes and among many. */
export const benchStrangers = async (runs: number): Promise<Figure[]> => {
  const few = await measureAmong(FEW, runs);
  const many = await measureAmong(MANY, runs);
  const row = (what: string, of: (measured: Measured) => number, unit: string): Figure => ({
    name: `${what} among ${MANY} other processes / ${FEW}`,
    value: `${(of(many) / of(few)).toFixed(2)} x (${of(many).toFixed(1)} ${unit})`,
    target: '1.3 x',
  });
  return [
    row('stop of two apps', ({ stop }) => stop, 'ms'),
    row('idle CPU, usage shown,', ({ idle }) => idle, 'ms/s'),
  ];
};

interface Measured {
  /** Milliseconds. */
  readonly stop: number;
  /** Milliseconds of CPU time in a second. */
  readonly idle: number;
}

const measureAmong = async (strangers: number, runs: number): Promise<Measured> => {
  const herd = spawn('perl', ['-e', HERD, `${strangers}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  const gone = once(herd, 'exit');
  try {
    await Promise.race([once(herd.stdout, 'data'), gone.then(() => Promise.reject(new Error('no herd')))]);
    const stops: number[] = [];
    const idles: number[] = [];
    for (let round = 0; round < runs; round++) {
      await using run = new CommandLine(['up', '--ui', 'json'], APPS);
      await run.event('the pod to run', ({ type, state }) => type === 'pod' && state === 'running');
      if (round === 0) idles.push(await idleCpu(run.pid));
      stops.push(await stop(run));
    }
    return { stop: median(stops), idle: median(idles) };
  } finally {
    herd.stdin.destroy();
    await gone;
  }
};

const stop = async (run: CommandLine): Promise<number> => {
  const from = performance.now();
  run.signal('SIGTERM');
  await run.exit();
  return performance.now() - from;
};

const idleCpu = async (pid: number): Promise<number> => {
  const end = new AbortController();
  const following = new Connection(socketOf(pid)).follow('usage', end.signal, () => undefined);
  // The first look is at everybody.
  await pause(2_000);
  const before = cpuOf(pid);
  await pause(IDLE_MS);
  const used = (cpuOf(pid) - before) / (IDLE_MS / 1_000);
  end.abort();
  await following;
  return used;
};

const socketOf = (pid: number): string => {
  const folder = join(APPS, '.sidecarctl/pods');
  const records = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
  return records.find((record) => record.pid === pid).socket;
};
