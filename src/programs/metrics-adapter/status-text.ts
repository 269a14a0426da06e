import type { Adapter } from './adapter.ts';

/** What does not work: `json: it answers with 500`. Empty: nothing. */
export const statusText = ({
  sources,
  budget,
  pushed,
}: Pick<Adapter, 'sources' | 'budget' | 'pushed'>): string =>
  [
    ...sources.flatMap(({ name, figures: { error } }) => (error === null ? [] : [`${name}: ${error}`])),
    ...(budget.isFull && budget.refused > 0 ? [`${budget.most} series, new ones are left out`] : []),
    ...(pushed?.error == null ? [] : [`push: ${pushed.error}`]),
  ]
    .join('; ')
    .slice(0, 200);
