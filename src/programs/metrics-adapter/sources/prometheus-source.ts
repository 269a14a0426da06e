import { ACCEPTED, formatOf } from '../../exposition/media-type.ts';
import { readFamilies } from '../../exposition/read-families.ts';
import type { PrometheusSource } from '../options.ts';
import { FetchedSource } from './fetched-source.ts';
import type { Source, SourceContext } from './source.ts';

/** Metrics in Prometheus' text format or OpenMetrics. */
export const prometheusSource = ({ kind: _, ...source }: PrometheusSource, context: SourceContext): Source =>
  new FetchedSource({
    ...context,
    ...source,
    accept: ACCEPTED,
    read: ({ body, type }) => readFamilies(body, formatOf(type)),
  });
