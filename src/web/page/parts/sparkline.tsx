import type { ReactNode } from 'react';

const WIDTH = 60;
const HEIGHT = 16;

interface SparklineProps {
  readonly values: readonly number[];
  /** The value at the top; the largest of the values, if that is more. */
  readonly top: number;
}

/** A line of the newest values. What it shows is beside it as text. */
export const Sparkline = ({ values, top }: SparklineProps): ReactNode => {
  const highest = Math.max(top, ...values);
  const points = values.map((value, at) => {
    const x = WIDTH - (values.length - 1 - at) * (WIDTH / 59);
    const y = HEIGHT - 1 - (value / highest) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg
      className="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      <polyline points={points.join(' ')} />
    </svg>
  );
};
