import type { TrafficPolicies } from '../../config/traffic.ts';
import type { ConfigProblem, FieldPath } from '../../model/failures/config-problem.ts';
import { nearest } from '../../model/nearest.ts';
import { type AnyRetry, codesIn, DAPR_RETRY, GRPC_WORDS } from './fill-retry.ts';
import { valueMatchProblems } from './match-problems.ts';
import { milliseconds } from './time.ts';

const RETRY_ON = [
  ...['connect-failure', 'refused-stream', 'reset-before-request', 'reset', '5xx', 'gateway-error'],
  ...['retriable-4xx', 'retriable-status-codes', 'retriable-headers', 'envoy-ratelimited'],
  ...['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'],
];

export const retryProblems = (retry: TrafficPolicies['retry'], path: FieldPath): readonly ConfigProblem[] => {
  const all: AnyRetry = retry ?? {};
  return [
    ...mixedWords(all, path),
    ...wordProblems(all, path),
    ...intervalProblems(all, path),
    ...valueMatchProblems(all.retriableHeaders ?? [], [...path, 'retriableHeaders']),
    ...codeProblems(all, path),
  ];
};

/** Each way has its own defaults, so that a mixture would mean neither. */
const mixedWords = (retry: AnyRetry, path: FieldPath): readonly ConfigProblem[] => {
  const dapr = DAPR_RETRY.find((field) => retry[field] !== undefined);
  const envoy = Object.keys(retry).find((field) => !(DAPR_RETRY as readonly string[]).includes(field));
  return dapr === undefined || envoy === undefined
    ? []
    : [{ kind: 'excludes', path: [...path, envoy], other: `${dapr}, which is Dapr's word` }];
};

const wordProblems = (
  { retryOn = [], retriableStatusCodes, retriableHeaders }: AnyRetry,
  path: FieldPath,
): readonly ConfigProblem[] =>
  retryOn.flatMap((found, index): readonly ConfigProblem[] => {
    const at = [...path, 'retryOn', index];
    if (found === 'retriable-status-codes' && retriableStatusCodes === undefined)
      return [{ kind: 'needs', path: at, needs: 'retriableStatusCodes' }];
    if (found === 'retriable-headers' && retriableHeaders === undefined)
      return [{ kind: 'needs', path: at, needs: 'retriableHeaders' }];
    if (RETRY_ON.includes(found)) return [];
    const known = RETRY_ON;
    return [
      { kind: 'unknown-name', named: 'retry-word', path: at, found, nearest: nearest(found, known), known },
    ];
  });

const intervalProblems = (
  { perRetry, policy, maxInterval }: AnyRetry,
  path: FieldPath,
): readonly ConfigProblem[] => {
  const { baseInterval, maxInterval: longest } = perRetry?.backOff ?? {};
  const isShorter = longest !== undefined && milliseconds(longest, 0) < milliseconds(baseInterval, 25);
  const at = [...path, 'perRetry', 'backOff', 'maxInterval'];
  return [
    ...(isShorter ? [{ kind: 'out-of-order', path: at, is: 'shorter', than: 'baseInterval' } as const] : []),
    ...(maxInterval !== undefined && policy !== 'exponential'
      ? [{ kind: 'needs', path: [...path, 'maxInterval'], needs: "policy: 'exponential'" } as const]
      : []),
  ];
};

const codeProblems = ({ matching = {} }: AnyRetry, path: FieldPath): readonly ConfigProblem[] => {
  const { httpStatusCodes, gRPCStatusCodes } = matching;
  const at = [...path, 'matching'];
  const statuses = codesIn(httpStatusCodes ?? '500');
  const states = codesIn(gRPCStatusCodes ?? '14');
  return [
    ...(statuses.every((status) => status >= 100 && status <= 599)
      ? []
      : [
          {
            kind: 'invalid',
            path: [...at, 'httpStatusCodes'],
            found: httpStatusCodes,
            expected: 'dapr-codes',
          } as const,
        ]),
    ...(states.every((state) => GRPC_WORDS[state] !== undefined)
      ? []
      : [
          {
            kind: 'invalid',
            path: [...at, 'gRPCStatusCodes'],
            found: gRPCStatusCodes,
            expected: 'dapr-states',
          } as const,
        ]),
  ];
};
