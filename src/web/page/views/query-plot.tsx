import { type ReactNode, useCallback } from 'react';
import { usePolled } from '../browser/hooks.ts';
import { usePage } from '../parts/context.ts';
import { Plot } from '../parts/plot.tsx';
import { plotRange, type RangeAnswer } from '../state/plotted.ts';
import { question } from '../state/question.ts';
import { numberOf } from '../text/format.ts';

const POLLED_EVERY = 5_000;
/** Points of a line: as many as a small plot has pixels for. */
const POINTS = 240;
/** In seconds. Values are scraped every 5 s. */
const LEAST_STEP = 5;

interface QueryPlotProps {
  readonly title: string;
  readonly query: string;
  /** `15m`, `1h` */
  readonly range: string;
  /** Name of the prometheus that is asked; empty: the first. */
  readonly from: string;
  /** The user has asked for it: it is shown without values as well, and says what is wrong. */
  readonly isAsked?: boolean;
}

/** A plot of a query to the pod's prometheus. */
export const QueryPlot = ({ title, query, range, from, isAsked = false }: QueryPlotProps): ReactNode => {
  const { api } = usePage();
  const answer = usePolled(
    useCallback(
      (signal: AbortSignal) => api.get<RangeAnswer>(pathOf(query, secondsOf(range), from), signal),
      [api, query, range, from],
    ),
    POLLED_EVERY,
  );
  if (answer === null) return null;
  const plotted = answer.ok ? plotRange(answer.value) : null;
  if (plotted !== null && plotted.series.length > 0)
    return <Plot title={title} {...plotted} format={numberOf} />;
  if (!isAsked) return null;
  return (
    <figure className="plot">
      <figcaption>{title}</figcaption>
      <p role="status">{answer.ok ? 'It has no values in this time.' : answer.message}</p>
    </figure>
  );
};

const secondsOf = (range: string): number => Number.parseInt(range, 10) * (range.endsWith('h') ? 3_600 : 60);

const pathOf = (query: string, seconds: number, from: string): string => {
  const step = Math.max(LEAST_STEP, Math.round(seconds / POINTS));
  // Times that are multiples of the step: the points of one answer are those of the next.
  const end = Math.floor(Date.now() / 1_000 / step) * step;
  return question('prometheus/query_range', {
    ...{ query, from },
    start: String(end - seconds),
    end: String(end),
    step: String(step),
  });
};
