import type { ToldFailures } from '../told-failures.ts';
import type { Figures } from './figures.ts';

/** What is not as it should be: `keeps the files of 10:32: flags: answered with 500`. Empty: nothing. */
export const statusText = (figures: Figures, failures: ToldFailures): string => {
  const { sentences } = failures;
  if (sentences.length === 0) return '';
  return `${keptText(figures)}: ${sentences.join('; ')}`;
};

const keptText = ({ isReady, lastRender }: Figures): string => {
  if (!isReady) return 'waits';
  return lastRender === null ? 'keeps earlier files' : `keeps the files of ${timeOfDay(lastRender)}`;
};

const timeOfDay = (time: number): string => new Date(time).toTimeString().slice(0, 5);
