import type { LoadingProblem } from '../../model/failures/config-problem.ts';

/** A pod of ten thousand processes has about 200,000 values. */
const MOST_VALUES = 1_000_000;
/** A machine runs some hundred processes; a kernel allows 32,768 of all kinds by default. */
const MOST_PROCESSES = 50_000;
/** A config is about ten levels deep. */
const DEEPEST = 100;

type PlainConfig =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: LoadingProblem };

/**
 * Copies the objects and lists of a config. Getters and proxies are read here, once. Anything larger than a real config
 * is refused: a config that refers to itself, or YAML's aliases of aliases, for which a few hundred bytes are enough.
 * Throws what the config's own code throws. `afterCode` is called after each call of its functions.
 */
export const plainConfig = (config: unknown, afterCode?: () => void): PlainConfig => {
  let left = MOST_VALUES;
  const copy = (value: unknown, depth: number): unknown => {
    if (!isData(value))
      return typeof value === 'function' && afterCode !== undefined
        ? followed(value as Code, afterCode)
        : value;
    if (depth > DEEPEST) throw new TooLarge({ kind: 'too-large', what: 'depth', limit: DEEPEST });
    left -= Array.isArray(value) ? value.length : Object.keys(value).length;
    if (left < 0) throw new TooLarge({ kind: 'too-large', what: 'values', limit: MOST_VALUES });
    if (Array.isArray(value)) return Array.from(value, (each) => copy(each, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copy(each, depth + 1)]));
  };
  try {
    const value = copy(config, 0);
    refuseTooMany(value);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof TooLarge) return { ok: false, problem: error.problem };
    throw error;
  }
};

type Code = (...args: readonly unknown[]) => unknown;

const followed =
  (code: Code, afterCode: () => void): Code =>
  (...args) => {
    try {
      return code(...args);
    } finally {
      afterCode();
    }
  };

/** Checking and resolving each process takes time. */
const refuseTooMany = (config: unknown): void => {
  const { sidecars, init, apps } = Object(config) as Readonly<Record<string, unknown>>;
  const count = [sidecars, init, apps].filter(isData).reduce((sum, all) => sum + Object.keys(all).length, 0);
  if (count > MOST_PROCESSES)
    throw new TooLarge({ kind: 'too-large', what: 'processes', limit: MOST_PROCESSES });
};

class TooLarge extends Error {
  readonly problem: LoadingProblem;

  constructor(problem: LoadingProblem) {
    super();
    this.problem = problem;
  }
}

/** Instances of classes, regular expressions and functions are kept as they are. */
const isData = (value: unknown): value is object => {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};
