import type { SourceOptions } from '../options.ts';
import type { Source, SourceContext } from './source.ts';

/** A source that is not used is not loaded. */
export const newSource = async (options: SourceOptions, context: SourceContext): Promise<Source> => {
  switch (options.kind) {
    case 'prometheus':
      return (await import('./prometheus-source.ts')).prometheusSource(options, context);
    case 'json':
      return (await import('./json-source.ts')).jsonSource(options, context);
    case 'nginxStatus':
      return (await import('./nginx-source.ts')).nginxSource(options, context);
    case 'redis':
      return (await import('./redis-source.ts')).redisSource(options, context);
    case 'statsd':
      return new (await import('./statsd-source.ts')).StatsdSource(options, context);
    case 'logs':
      return new (await import('./logs-source.ts')).LogsSource(options, context);
    case 'otlp':
      return new (await import('./otlp-source.ts')).OtlpSource(options, context);
    default:
      return options satisfies never;
  }
};
