import * as z from 'zod/mini';
import {
  boolean,
  count,
  duration,
  expected,
  late,
  list,
  object,
  path,
  portNumber,
  text,
} from '../../config/schema/parts.ts';

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

const percentage = z
  .number(expected('percentage'))
  .check(z.gte(0, expected('percentage')), z.lte(100, expected('percentage')));

const errorStatus = z
  .int(expected('error-status'))
  .check(z.gte(400, expected('error-status')), z.lte(599, expected('error-status')));

const urlPath = z.string(expected('url-path')).check(z.regex(/^(?:\/|\$\{)/, expected('url-path')));

const httpFault = late(() =>
  object('http-fault', {
    match: z.optional(object('http-fault-match', { path: z.optional(urlPath), method: z.optional(path) })),
    failFirst: z.optional(count),
    every: z.optional(count),
    percentage: z.optional(percentage),
    status: z.optional(errorStatus),
    delay: z.optional(duration),
  }),
);

const server = late(() => object('server', { host: z.optional(path), port: portNumber }));

export const faultsOptions = late(() =>
  object('faults', {
    to: z.union([path, server], expected('faults-target')),
    for: z.optional(list(text, 'process-names')),
    toxics: z.optional(list(toxic, 'toxics')),
    http: z.optional(list(httpFault, 'http-faults')),
    enabled: z.optional(boolean),
  }),
);
