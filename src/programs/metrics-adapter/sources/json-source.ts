import type { JsonSource } from '../options.ts';
import { FetchedSource } from './fetched-source.ts';
import { getBounded } from './get-bounded.ts';
import { readJsonMetrics } from './read-json-metrics.ts';
import type { Source, SourceContext } from './source.ts';

/** Numbers of a JSON document. */
export const jsonSource = ({ kind: _, metrics, ...source }: JsonSource, context: SourceContext): Source =>
  new FetchedSource({
    ...context,
    ...source,
    ask: async () => {
      const { body } = await getBounded(source.url, 'application/json');
      return readJsonMetrics(parsed(body), metrics);
    },
  });

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Error('its answer is no JSON');
  }
};
