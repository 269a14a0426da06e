import type { RedisSource } from '../options.ts';
import { askRedis } from '../redis/ask-redis.ts';
import { readInfo, redisUp } from '../redis/read-info.ts';
import { FetchedSource } from './fetched-source.ts';
import type { Source, SourceContext } from './source.ts';

/** What Redis says of itself. */
export const redisSource = ({ kind: _, ...source }: RedisSource, context: SourceContext): Source =>
  new FetchedSource({
    ...context,
    ...source,
    ask: async () => ({ families: readInfo(await askRedis(source.url), Date.now()), mistakes: 0 }),
    away: redisUp(0),
  });
