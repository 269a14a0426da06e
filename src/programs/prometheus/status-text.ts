import type { Alert } from './rules/alert-states.ts';
import type { Target } from './scrape/target.ts';

/** Which targets are down, and which alerts fire: `the target web is down; Slow fires`. Empty: none. */
export const statusText = (targets: readonly Target[], firing: readonly Alert[]): string =>
  [downText(targets), firingText(firing)].filter((text) => text !== '').join('; ');

const firingText = (firing: readonly Alert[]): string => {
  const [first, ...more] = [...new Set(firing.map(({ labels }) => labels.get('alertname') ?? ''))];
  if (first === undefined) return '';
  return more.length === 0 ? `the alert ${first} fires` : `the alert ${first} and ${more.length} more fire`;
};

/** All are up, or have yet to be scraped: empty. */
const downText = (targets: readonly Target[]): string => {
  const down = targets.filter(({ state }) => state.health === 'down').map(({ target }) => target.job);
  const [first, second, ...more] = [...new Set(down)];
  if (first === undefined) return '';
  if (second === undefined) return `the target ${first} is down`;
  return `the targets ${[first, second].join(', ')}${more.length > 0 ? ` and ${more.length} more` : ''} are down`;
};
