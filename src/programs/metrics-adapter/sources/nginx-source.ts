import { nginxUp, readStubStatus } from '../nginx/read-stub-status.ts';
import type { NginxSource } from '../options.ts';
import { FetchedSource } from './fetched-source.ts';
import { getBounded } from './get-bounded.ts';
import type { Source, SourceContext } from './source.ts';

/** What nginx says of its connections and requests. */
export const nginxSource = ({ kind: _, ...source }: NginxSource, context: SourceContext): Source =>
  new FetchedSource({
    ...context,
    ...source,
    ask: async () => {
      const { body } = await getBounded(source.url, 'text/plain');
      return { families: readStubStatus(body.toString('utf8')), mistakes: 0 };
    },
    away: nginxUp(0),
  });
