const BARS = '▁▂▃▄▅▆▇█';

/** Draws the newest values, one in each column, from the lowest bar for nothing to the highest for the most. */
export const sparkline = (values: readonly number[], width: number): string => {
  const shown = values.slice(-width);
  const most = Math.max(...shown);
  return shown
    .map((value) => BARS[most <= 0 ? 0 : Math.round((Math.max(0, value) / most) * (BARS.length - 1))])
    .join('');
};
