import * as z from 'zod/mini';
import { boolean, expected, late, list, named, object, path } from '../../config/schema/parts.ts';
import {
  accessLog,
  backend,
  filterFields,
  policyFields,
  tracing,
  upstreamTls,
} from '../traffic/option-schema.ts';

/** All forms in one union: the one that was meant is told by its type. */
const upstream = late(() => {
  const urls = list(path, 'upstreams').check(
    z.refine((all) => (all as readonly string[]).length > 0, expected('upstreams')),
  );
  const url = z.union([backend, urls], expected('upstreams'));
  const own = object('upstream', { url, tls: z.optional(upstreamTls), ...policyFields, ...filterFields });
  return z.union([backend, urls, own], expected('upstream'));
});

export const egressOptions = late(() =>
  object('egress', {
    to: named(upstream, 'upstreams-by-name'),
    tls: z.optional(upstreamTls),
    forwardProxy: z.optional(boolean),
    ...policyFields,
    ...filterFields,
    accessLog: z.optional(accessLog),
    tracing: z.optional(tracing),
  }),
);
