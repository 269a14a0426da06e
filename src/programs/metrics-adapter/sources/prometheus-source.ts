import { ACCEPTED, formatOf } from '../../exposition/media-type.ts';
import { readFamilies } from '../../exposition/read-families.ts';
import type { PrometheusSource } from '../options.ts';
import { FetchedSource } from './fetched-source.ts';
import { getBounded } from './get-bounded.ts';
import type { Source, SourceContext } from './source.ts';

/** Metrics in Prometheus' text format or OpenMetrics. */
export const prometheusSource = ({ kind: _, ...source }: PrometheusSource, context: SourceContext): Source =>
  new FetchedSource({
    ...context,
    ...source,
    ask: async () => {
      const { body, type } = await getBounded(source.url, ACCEPTED);
      return readFamilies(body, formatOf(type));
    },
  });
