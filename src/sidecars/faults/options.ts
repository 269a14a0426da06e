import * as z from 'zod/mini';
import { boolean, expected, late, list, object, path, portNumber, text } from '../../config/schema/parts.ts';

/** The attributes of each type of toxic. */
export const TOXIC_ATTRIBUTES = {
  latency: ['latency', 'jitter'],
  bandwidth: ['rate'],
  slow_close: ['delay'],
  timeout: ['timeout'],
  reset_peer: ['timeout'],
  slicer: ['average_size', 'size_variation', 'delay'],
  limit_data: ['bytes'],
} as const;

type ToxicType = keyof typeof TOXIC_ATTRIBUTES;

const types = Object.keys(TOXIC_ATTRIBUTES) as ToxicType[];

const amount = z.optional(z.int(expected('amount')).check(z.gte(0, expected('amount'))));

const attributes = late(() =>
  object('toxic-attributes', {
    latency: amount,
    jitter: amount,
    rate: amount,
    delay: amount,
    timeout: amount,
    average_size: amount,
    size_variation: amount,
    bytes: amount,
  }),
);

const share = z.number(expected('share')).check(z.gte(0, expected('share')), z.lte(1, expected('share')));

const toxic = late(() =>
  object('toxic', {
    type: z.enum(types, expected('toxic-type')),
    name: z.optional(path),
    stream: z.optional(z.enum(['upstream', 'downstream'], expected('toxic-stream'))),
    toxicity: z.optional(share),
    attributes: z.optional(attributes),
  }),
);

const server = late(() => object('server', { host: z.optional(path), port: portNumber }));

export const faultsOptions = late(() =>
  object('faults', {
    to: z.union([path, server], expected('faults-target')),
    for: z.optional(list(text, 'process-names')),
    toxics: z.optional(list(toxic, 'toxics')),
    enabled: z.optional(boolean),
  }),
);
