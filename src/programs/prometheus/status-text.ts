import type { Target } from './scrape/target.ts';

/** Which targets are down: `web is down`. Empty: all are up, or have yet to be scraped. */
export const statusText = (targets: readonly Target[]): string => {
  const down = targets.filter(({ state }) => state.health === 'down').map(({ target }) => target.job);
  const [first, second, ...more] = [...new Set(down)];
  if (first === undefined) return '';
  if (second === undefined) return `the target ${first} is down`;
  return `the targets ${[first, second].join(', ')}${more.length > 0 ? ` and ${more.length} more` : ''} are down`;
};
