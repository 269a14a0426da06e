import type { Lane } from './pipeline/lane.ts';

/** What a status tells: destinations that take nothing, and dead letters. Empty: all is well. */
export const statusText = (lanes: readonly Lane[]): string => {
  const troubles = lanes.map(({ stats }) => stats.trouble).filter((trouble) => trouble !== '');
  const dead = lanes.filter(({ stats }) => stats.lines.dead > 0);
  return [
    ...troubles,
    ...dead.map(
      ({ name, stats }) => `${name} refused ${stats.lines.dead} ${stats.lines.dead === 1 ? 'line' : 'lines'}`,
    ),
  ].join('; ');
};
