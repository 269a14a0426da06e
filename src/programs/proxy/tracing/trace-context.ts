import { isTraceparent } from '../routing/ids.ts';

/** What a `traceparent` says (W3C Trace Context). */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits: the span of whoever has sent the request. */
  readonly parentId: string;
  readonly isSampled: boolean;
}

const SAMPLED = 1;

/** Reads a `traceparent`; `null` if there is none that can be read: a new trace begins then. */
export const readTraceparent = (value: string | null): TraceContext | null => {
  if (value === null || !isTraceparent(value)) return null;
  const flags = Number.parseInt(value.slice(53, 55), 16);
  return {
    traceId: value.slice(3, 35),
    parentId: value.slice(36, 52),
    isSampled: (flags & SAMPLED) === SAMPLED,
  };
};

export const traceparentOf = (traceId: string, spanId: string, isSampled: boolean): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

/** 2⁵⁶: the part of a trace id that W3C Trace Context asks to be random has 14 digits. */
const RANDOM_RANGE = 2 ** 56;

/** Whether a new trace is one of the share from 0 to 100. It depends on the id alone, so that all who are asked agree. */
export const isInShare = (traceId: string, percentage: number): boolean => {
  if (percentage >= 100) return true;
  return Number.parseInt(traceId.slice(18), 16) < (percentage / 100) * RANDOM_RANGE;
};
