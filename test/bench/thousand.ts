import { CLI, cleanEnvironment } from '../support/command-line.ts';
import { type Figure, median, runOnce } from './measure.ts';
import { COLLECTED_MS, type Life, live, liveInTurns } from './peers/life.ts';
import type { Run } from './peers/run.ts';
import { OURS, SHELL } from './peers/tools.ts';

const FEW = 50;
const THOUSAND = 1_000;
const IDLE_MS = 10_000;
const ASKED = 5;

/** A thousand processes, and whether each costs what each of fifty does. */
export const benchThousand = async (runs: number): Promise<Figure[]> => {
  const [shell = [], ours = []] = await liveInTurns([SHELL, OURS], THOUSAND, runs);
  const [few = []] = await liveInTurns([OURS], FEW, runs);
  const [one = []] = await liveInTurns([OURS], 1, runs);
  const asked: number[] = [];
  const meanwhile = async (run: Run) => void asked.push(...(await statusTimes(run)));
  const { idle, memory } = await live(OURS, THOUSAND, {
    idleFor: IDLE_MS,
    settlesFor: COLLECTED_MS,
    meanwhile,
  });
  const of = (lives: readonly Life[], figure: (life: Life) => number) => median(lives.map(figure));
  const launched = (life: Life) => life.launched;
  const cpu = (life: Life) => life.settled;
  const ofFew = (of(few, cpu) - of(one, cpu)) / (FEW - 1);
  const ofMany = (of(ours, cpu) - of(few, cpu)) / (THOUSAND - FEW);
  const row = (name: string, value: string, target: string): Figure => ({ name, value, target });
  return [
    row('1,000 children in the background of a shell', `${of(shell, launched).toFixed(0)} ms`, '-'),
    row(
      '1,000 children launched / by a shell',
      `${(of(ours, launched) / of(shell, launched)).toFixed(2)} x (${of(ours, launched).toFixed(0)} ms)`,
      '1.25 x',
    ),
    row(
      'CPU of launching one more, from 50 to 1,000 / from 1 to 50',
      `${(ofMany / ofFew).toFixed(2)} x (${ofMany.toFixed(2)} ms)`,
      '1.1 x',
    ),
    row('stop of 1,000 that obey SIGTERM', `${of(ours, ({ stopped }) => stopped).toFixed(0)} ms`, '500 ms'),
    row('idle CPU, 1,000 children, no probes', `${idle.toFixed(2)} ms/s`, '3 ms/s'),
    row('memory of supervisor and guard, 1,000 children', `${(memory / 1e6).toFixed(1)} MB PSS`, '120 MB'),
    row('sidecarctl status, 1,000 children', `${median(asked).toFixed(0)} ms`, '-'),
  ];
};

const statusTimes = async ({ project }: Run): Promise<number[]> => {
  const options = { cwd: project.folder, env: cleanEnvironment() };
  const times: number[] = [];
  for (let at = 0; at < ASKED; at++)
    times.push((await runOnce(process.execPath, [CLI, 'status'], options)).took);
  return times;
};
