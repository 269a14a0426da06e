import { type Figure, median } from './measure.ts';
import { COLLECTED_MS, live, liveInTurns } from './peers/life.ts';
import { restarts, spawnTimes } from './peers/restarts.ts';
import { OURS, SHELL } from './peers/tools.ts';

const CHILDREN = 50;
const IDLE_MS = 10_000;

/** Fifty processes at once: their start beside a shell's, their stop, what they cost while nothing happens. */
export const benchMany = async (runs: number): Promise<Figure[]> => {
  const [inShell = [], own = []] = await liveInTurns([SHELL, OURS], CHILDREN, runs);
  if (own.some(({ left }) => left > 0)) throw new Error('sidecarctl leaves processes behind');
  const shell = inShell.map(({ launched }) => launched);
  const ours = own.map(({ launched }) => launched);
  const stops = own.map(({ stopped }) => stopped);
  const ratio = median(ours) / median(shell);
  return [
    {
      name: `${CHILDREN} children in the background of a shell`,
      value: `${median(shell).toFixed(1)} ms`,
      target: '-',
    },
    {
      name: `${CHILDREN} children launched / by a shell`,
      value: `${ratio.toFixed(2)} x (${median(ours).toFixed(1)} ms)`,
      target: '1.15 x',
    },
    {
      name: `stop of ${CHILDREN} that obey SIGTERM`,
      value: `${median(stops).toFixed(1)} ms`,
      target: '80 ms',
    },
    await benchRestart(),
    ...(await benchIdle()),
  ];
};

/** From the kill to the first act of the next one, beside the start of the same by nobody but the system. */
const benchRestart = async (): Promise<Figure> => {
  const ours = median(await restarts(OURS, 300));
  const bare = median(await spawnTimes());
  return {
    name: 'restart after a kill, no back-off / posix_spawn of the same',
    value: `${(ours / bare).toFixed(2)} x (${ours.toFixed(1)} ms)`,
    target: '2 x',
  };
};

const benchIdle = async (): Promise<Figure[]> => {
  const { idle, memory, helpers } = await live(OURS, CHILDREN, {
    idleFor: IDLE_MS,
    settlesFor: COLLECTED_MS,
  });
  return [
    { name: `idle CPU, ${CHILDREN} children, no probes`, value: `${idle.toFixed(2)} ms/s`, target: '1 ms/s' },
    {
      name: `memory of supervisor and guard, ${CHILDREN} children`,
      value: `${(memory / 1e6).toFixed(1)} MB PSS (${helpers} processes)`,
      target: '60 MB',
    },
  ];
};
