import * as z from 'zod/mini';

/** It is shown on terminals. */
const name = z.string().check(z.regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,63}$/u));

/** Of a process, or of a command beside one. */
const log = z.string().check(z.regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,127}$/u));

const named = (type: 'start' | 'stop' | 'restart' | 'kill') =>
  z.strictObject({ type: z.literal(type), process: name });

const cells = z.int().check(z.minimum(1), z.maximum(1_000));

/** The text is shown on terminals. */
const who = z.optional(z.string().check(z.regex(/^[^\p{C}\p{Zl}\p{Zp}]{1,60}$/u)));

const amount = z.number().check(z.nonnegative(), z.maximum(Number.MAX_SAFE_INTEGER));

/** It is escaped where it is shown. */
const said = z.string().check(z.maxLength(1_000));

/** Body of `POST /v1/requests`. */
export const requestSchema = z.discriminatedUnion('type', [
  named('start'),
  named('stop'),
  named('restart'),
  named('kill'),
  z.strictObject({ type: z.literal('send'), process: log, text: z.string(), eof: z.boolean() }),
  z.strictObject({ type: z.literal('resize'), process: log, columns: cells, rows: cells }),
  z.strictObject({
    type: z.literal('answer'),
    process: log,
    text: z.string(),
    viewer: z.string().check(z.maxLength(64)),
    late: z.boolean(),
  }),
  z.strictObject({ type: z.literal('run-command'), process: name, command: name }),
  z.strictObject({ type: z.literal('stop-command'), process: name, command: name }),
  z.strictObject({
    type: z.literal('above-limit'),
    process: name,
    by: name,
    resource: z.enum(['memory', 'cpu']),
    used: amount,
    limit: amount,
    lasted: amount,
    action: z.enum(['warn', 'restart', 'end']),
  }),
  z.strictObject({
    type: z.literal('alert'),
    process: said,
    by: name,
    alert: said,
    alertState: z.enum(['firing', 'over']),
    labels: z.record(said, said),
    summary: said,
  }),
  z.strictObject({ type: z.literal('restart-all') }),
  z.strictObject({ type: z.literal('reload'), dryRun: z.boolean() }),
  z.strictObject({
    type: z.literal('stop-pod'),
    grace: z.nullable(z.number().check(z.nonnegative(), z.maximum(86_400_000))),
    by: who,
  }),
  z.strictObject({ type: z.literal('kill-pod'), by: who }),
]);

const flag = z.optional(z.enum(['0', '1']));
const digits = z.string().check(z.regex(/^\d{1,15}$/));
const count = z.optional(digits);

/** From a quarter of a second to a day, in milliseconds. */
const period = z.optional(
  digits.check(z.refine((text) => Number(text) >= 250 && Number(text) <= 86_400_000)),
);

/** Parameters after the `?` of a path; each at most once, except `process`. */
export const querySchema = z.strictObject({
  follow: flag,
  reveal: flag,
  since: count,
  tail: count,
  details: flag,
  period,
  process: z.optional(z.array(z.string().check(z.maxLength(127))).check(z.maxLength(1_000))),
});
