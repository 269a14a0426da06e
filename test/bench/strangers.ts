import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type Figure, median } from './measure.ts';
import { pause, Run, sleepingWork } from './peers/run.ts';
import { OURS } from './peers/tools.ts';

const PROCESSES = 5;
const [FEW, MANY] = [100, 10_000];

/** Forks so many that sleep, says so, and ends them when its input ends. */
const HERD =
  'my @all; for (1 .. $ARGV[0]) { my $one = fork; if (!$one) { sleep 100000; exit } push @all, $one }' +
  ' $| = 1; print "ready\\n"; <STDIN>; kill 9, @all; waitpid $_, 0 for @all';

/** The stop of a pod among few other processes of the machine and among many. */
export const benchStrangers = async (runs: number): Promise<Figure[]> => {
  const few = await stopAmong(FEW, runs);
  const many = await stopAmong(MANY, runs);
  return [
    {
      name: `stop of ${PROCESSES} among ${MANY} other processes / among ${FEW}`,
      value: `${(many / few).toFixed(2)} x (${many.toFixed(1)} ms)`,
      target: '1.3 x',
    },
  ];
};

const stopAmong = async (strangers: number, runs: number): Promise<number> => {
  const herd = spawn('perl', ['-e', HERD, `${strangers}`], { stdio: ['pipe', 'pipe', 'ignore'] });
  await once(herd.stdout, 'data');
  const took: number[] = [];
  for (let round = 0; round < runs; round++) took.push(await stop());
  herd.stdin.end();
  await once(herd, 'exit');
  return median(took);
};

const stop = async (): Promise<number> => {
  await using run = await Run.start(OURS, sleepingWork(PROCESSES));
  await run.started(PROCESSES);
  await pause(300);
  const from = performance.now();
  process.kill(await run.main(), 'SIGTERM');
  await run.exited;
  return performance.now() - from;
};
