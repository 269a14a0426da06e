import { compilePath, type PathTest } from '../../proxy/routing/match-path.ts';
import type { CountedFault, HttpFault, Injected } from './http-fault.ts';

/** The faults of a proxy, in order. Each counts the requests that match it. */
export class HttpFaults {
  #rules: readonly Rule[] = [];

  /** A fault that stays as it is goes on counting. True: something has changed. */
  replace(faults: readonly HttpFault[]): boolean {
    const before = this.#rules;
    this.#rules = faults.map((fault, at) => {
      const known = before[at];
      return known !== undefined && isSame(known.fault, fault) ? known : new Rule(fault);
    });
    return this.#rules.length !== before.length || this.#rules.some((rule, at) => rule !== before[at]);
  }

  get all(): readonly CountedFault[] {
    return this.#rules.map(({ fault, matched, injected }) => ({ ...fault, matched, injected }));
  }

  /** Whether any of them can still happen. */
  get isOn(): boolean {
    return this.#rules.some(({ fault: { failFirst }, matched }) => failFirst === null || matched < failFirst);
  }

  /**
   * What happens to the next request: delays add up, and the first status counts.
   *
   * @param random from 0 to just below 1
   */
  next(method: string, url: string, random: () => number): Injected {
    const path = url.split('?')[0] ?? url;
    const hits = this.#rules.filter((rule) => rule.hits(method, path, random));
    const status = hits.find(({ fault }) => fault.status !== null)?.fault.status ?? null;
    return {
      delay: hits.reduce((sum, { fault }) => sum + fault.delay, 0),
      abort: status === null ? null : { kind: 'fault', status, grpcStatus: null },
    };
  }
}

class Rule {
  readonly fault: HttpFault;
  matched = 0;
  injected = 0;
  readonly #isPath: PathTest;

  constructor(fault: HttpFault) {
    this.fault = fault;
    this.#isPath = fault.path === null ? () => true : compilePath({ type: 'PathPrefix', value: fault.path });
  }

  hits(method: string, path: string, random: () => number): boolean {
    if (this.fault.method !== null && this.fault.method !== method) return false;
    if (!this.#isPath(path)) return false;
    this.matched += 1;
    const isHit = this.#isTurn(random);
    if (isHit) this.injected += 1;
    return isHit;
  }

  #isTurn(random: () => number): boolean {
    const { failFirst, every, percentage } = this.fault;
    if (failFirst !== null) return this.matched <= failFirst;
    if (every !== null) return this.matched % every === 0;
    return percentage === null || random() * 100 < percentage;
  }
}

const isSame = (one: HttpFault, other: HttpFault): boolean => JSON.stringify(one) === JSON.stringify(other);
