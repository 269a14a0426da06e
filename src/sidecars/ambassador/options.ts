import * as z from 'zod/mini';
import { expected, late, object } from '../../config/schema/parts.ts';
import {
  accessLog,
  backends,
  filterFields,
  policyFields,
  portOrAuto,
  routes,
  serverTls,
  tracing,
} from '../traffic/option-schema.ts';

export const ambassadorOptions = late(() =>
  object('ambassador', {
    to: backends,
    tls: z.optional(serverTls),
    port: z.optional(portOrAuto),
    redirectPort: z.optional(portOrAuto),
    routes: z.optional(routes),
    ...policyFields,
    ...filterFields,
    accessLog: z.optional(accessLog),
    tracing: z.optional(tracing),
    forwarded: z.optional(z.enum(['x-forwarded', 'forwarded', 'both'], expected('forwarded'))),
    trust: z.optional(z.enum(['node', 'all'], expected('trust'))),
  }),
);
