import { describe, expect, it } from 'vitest';
import type { HttpFault } from '../../../src/programs/faults/http/http-fault.ts';
import { HttpFaults } from '../../../src/programs/faults/http/http-faults.ts';

const fault = (changes: Partial<HttpFault>): HttpFault => ({
  ...{ path: null, method: null, failFirst: null, every: null, percentage: null, status: 503, delay: 0 },
  ...changes,
});

/** The statuses that requests get; `null`: that of the server. */
const statuses = (
  faults: HttpFaults,
  requests: readonly string[],
  random: () => number = () => 0,
): readonly (number | null)[] =>
  requests.map((request) => {
    const [method = '', url = ''] = request.split(' ');
    return faults.next(method, url, random).abort?.status ?? null;
  });

const withFaults = (...faults: readonly HttpFault[]): HttpFaults => {
  const all = new HttpFaults();
  all.replace(faults);
  return all;
};

const GETS = Array.from({ length: 6 }, () => 'GET /');

describe('a fault', () => {
  it('is for every request', () => {
    expect(statuses(withFaults(fault({})), ['GET /', 'POST /a'])).toEqual([503, 503]);
  });

  it('is for the first requests that match', () => {
    const faults = withFaults(fault({ failFirst: 2, method: 'POST' }));
    expect(faults.isOn).toBe(true);
    expect(statuses(faults, ['GET /', 'POST /', 'POST /', 'POST /'])).toEqual([null, 503, 503, null]);
    expect(faults.isOn).toBe(false);
    expect(faults.all).toMatchObject([{ matched: 3, injected: 2 }]);
  });

  it('is for every so many', () => {
    expect(statuses(withFaults(fault({ every: 3 })), GETS)).toEqual([null, null, 503, null, null, 503]);
  });

  it('is for a share', () => {
    const draws = [0, 0.249, 0.25, 0.999, 0.1, 0.5];
    const random = (): number => draws.shift() ?? 0;
    const faults = withFaults(fault({ percentage: 25 }));
    expect(statuses(faults, GETS, random)).toEqual([503, 503, null, null, 503, null]);
    expect(statuses(withFaults(fault({ percentage: 0 })), GETS)).toEqual(GETS.map(() => null));
    expect(statuses(withFaults(fault({ percentage: 100 })), GETS, () => 0.999)).toEqual(GETS.map(() => 503));
  });

  it('is for paths below its own', () => {
    const faults = withFaults(fault({ path: '/orders' }));
    expect(statuses(faults, ['GET /orders', 'GET /orders/7?a=1', 'GET /ordersx', 'GET /'])).toEqual([
      ...[503, 503, null, null],
    ]);
  });

  it('adds its delay to that of others, and the first status counts', () => {
    const faults = withFaults(
      fault({ delay: 10, status: null }),
      fault({ delay: 5, status: 429 }),
      fault({ status: 500 }),
    );
    expect(faults.next('GET', '/', Math.random)).toEqual({
      delay: 15,
      abort: { kind: 'fault', status: 429, grpcStatus: null },
    });
  });

  it('that a reload leaves as it is goes on counting', () => {
    const faults = withFaults(fault({ failFirst: 1 }), fault({ failFirst: 1, path: '/a', status: 500 }));
    expect(statuses(faults, ['GET /a', 'GET /a'])).toEqual([503, null]);
    expect(faults.replace([fault({ failFirst: 1 }), fault({ failFirst: 1, path: '/a', status: 502 })])).toBe(
      true,
    );
    expect(statuses(faults, ['GET /a', 'GET /a'])).toEqual([502, null]);
    expect(faults.replace(faults.all.map(({ matched: _, injected: __, ...same }) => same))).toBe(false);
  });
});
