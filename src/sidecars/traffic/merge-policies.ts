import type { TrafficFilters, TrafficPolicies } from '../../config/traffic.ts';
import { type AnyRetry, DAPR_RETRY } from './fill-retry.ts';

type Options = TrafficPolicies & TrafficFilters;

/** Policies with those of one backend, which win field by field. A filter replaces the general one. */
export const mergedPolicies = (general: Options, special: Options): Options => ({
  ...general,
  ...special,
  ...(general.timeouts === undefined ? {} : { timeouts: { ...general.timeouts, ...special.timeouts } }),
  ...(general.retry === undefined ? {} : { retry: mergedRetry(general.retry, special.retry) }),
  ...(general.circuitBreaker === undefined
    ? {}
    : { circuitBreaker: { ...general.circuitBreaker, ...special.circuitBreaker } }),
  ...(general.healthCheck === undefined
    ? {}
    : { healthCheck: mergedChecks(general.healthCheck, special.healthCheck) }),
});

type Checks = NonNullable<TrafficPolicies['healthCheck']>;

const mergedChecks = (general: Checks, special: Checks = {}): Checks => ({
  ...general,
  ...special,
  ...(isObject(general.passive) && isObject(special.passive)
    ? { passive: { ...general.passive, ...special.passive } }
    : {}),
  ...(general.active !== undefined && special.active !== undefined
    ? { active: { ...general.active, ...special.active } }
    : {}),
});

const isObject = <Value>(value: Value | false | undefined): value is Value =>
  typeof value === 'object' && value !== null;

/** Those in other words share no fields, and replace all of them. */
export const mergedRetry = (general: AnyRetry = {}, special: AnyRetry = {}): AnyRetry => {
  const isOther = Object.keys(special).length > 0 && isDapr(general) !== isDapr(special);
  if (isOther) return special;
  const { perRetry } = general;
  return {
    ...general,
    ...special,
    ...(perRetry === undefined || special.perRetry === undefined
      ? {}
      : {
          perRetry: {
            ...perRetry,
            ...special.perRetry,
            backOff: { ...perRetry.backOff, ...special.perRetry.backOff },
          },
        }),
  };
};

const isDapr = (retry: AnyRetry): boolean => DAPR_RETRY.some((field) => retry[field] !== undefined);
