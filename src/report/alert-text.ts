import type { AlertTold } from '../model/alert.ts';
import { quoted } from './phrases.ts';

/** `web: the alert Slow of prom fires {severity="page"}: web takes 3 s`. */
export const alertText = ({ process, by, alert, alertState, labels, summary }: AlertTold): string => {
  const of = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const which = of.length === 0 ? '' : ` {${of.join(', ')}}`;
  const why = alertState === 'firing' && summary !== '' ? `: ${summary}` : '';
  const what = alertState === 'firing' ? 'fires' : 'is over';
  return `${process}: ${quoted(`the alert ${alert} of ${by} ${what}${which}${why}`)}`;
};
