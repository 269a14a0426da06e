import { type ReactNode, useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Series } from '../state/series.ts';
import { timeOf } from '../text/format.ts';

export interface PlotProps {
  readonly title: string;
  /** Seconds since 1970, in order. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** The numbers on the axis are multiples of powers of two. */
  readonly isBinary?: boolean;
}

const POWERS_OF_TWO = Array.from({ length: 50 }, (_, power) => 2 ** power);

const HEIGHT = 160;
const COLORS = 8;
/** More lines than this cannot be told apart. */
const MOST_SERIES = 12;

/** A plot of values by time. The newest values are below it as text. */
export const Plot = ({ title, times, series, format, isBinary = false }: PlotProps): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const shown = series.slice(0, MOST_SERIES);
  // A plot is made anew when its lines are others, and not when their values are.
  const lines = JSON.stringify(shown.map(({ name, color }, at) => ({ name, color: (color ?? at) % COLORS })));
  const data = [times, ...shown.map(({ values }) => values)] as uPlot.AlignedData;
  const newest = useRef({ data, format });
  newest.current = { data, format };
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const draw = (): void => {
      plot.current?.destroy();
      const { data: drawn, format: formatted } = newest.current;
      const options = optionsFor(JSON.parse(lines), element.clientWidth, formatted, isBinary);
      plot.current = new uPlot(options, drawn, element);
    };
    const scheme = matchMedia('(prefers-color-scheme: light)');
    const observer = new ResizeObserver(() =>
      plot.current?.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    draw();
    observer.observe(element);
    scheme.addEventListener('change', draw);
    return () => {
      observer.disconnect();
      scheme.removeEventListener('change', draw);
      plot.current?.destroy();
      plot.current = null;
    };
  }, [lines, isBinary]);
  useEffect(() => plot.current?.setData(data));
  return (
    <figure className="plot">
      <figcaption>{title}</figcaption>
      <div ref={box} className="canvas" role="img" aria-label={`${title} by time`} />
      <ul className="legend">
        {shown.map(({ name, values, color }, at) => (
          <li key={name}>
            <i className={`swatch p${(color ?? at) % COLORS}`} /> {name} <b>{lastOf(values, format)}</b>
          </li>
        ))}
        {series.length > MOST_SERIES && <li>and {series.length - MOST_SERIES} more, which are not drawn</li>}
      </ul>
    </figure>
  );
};

const lastOf = (values: ReadonlyArray<number | null>, format: (value: number) => string): string => {
  const last = values.at(-1);
  return last === null || last === undefined ? '–' : format(last);
};

const optionsFor = (
  lines: ReadonlyArray<{ readonly name: string; readonly color: number }>,
  width: number,
  format: (value: number) => string,
  isBinary: boolean,
): uPlot.Options => {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const font = `11px ${color('--font')}`;
  const axis = {
    stroke: color('--muted'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { stroke: color('--line'), width: 1, size: 4 },
    font,
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_, least, most) => [Math.min(0, least), most > 0 ? most * 1.1 : 1] } },
    axes: [
      {
        ...axis,
        values: (_, ticks) => ticks.map((at) => timeOf(new Date(at * 1_000), false)),
        space: 70,
        size: 30,
      },
      {
        ...axis,
        values: (_, ticks) => ticks.map(format),
        size: 64,
        ...(isBinary ? { incrs: POWERS_OF_TWO } : {}),
      },
    ],
    series: [
      {},
      ...lines.map((line) => ({
        label: line.name,
        stroke: color(`--p${line.color}`),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      })),
    ],
  };
};
