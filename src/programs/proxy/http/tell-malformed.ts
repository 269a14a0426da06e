import type { Malformed } from './malformed.ts';
import type { Scope } from './scope.ts';

/** A malformed request has its line in the access log, and its place in the metrics, as Envoy has it. */
export const tellMalformed = (malformed: Malformed, { shared, stats }: Scope): void => {
  const { status: responseCode, ...told } = malformed;
  const record = {
    ...told,
    ...{
      responseCode,
      responseFlags: ['DPE'] as const,
      startTime: Date.now(),
      duration: 0,
      bytesReceived: 0,
    },
    ...{ authority: null, userAgent: null, forwardedFor: null, requestId: null },
    ...{ upstreamServiceTime: null, upstreamHost: null, upstreamCluster: null },
  };
  // In the metrics, a method that is not known is `_OTHER`.
  stats.served({ ...record, method: record.method ?? '' });
  shared.log(record);
};
