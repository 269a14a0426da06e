import { describe, expect, test } from 'vitest';
import type { FaultInjection } from '../../../../src/programs/proxy/options.ts';
import { FaultInjector } from '../../../../src/programs/proxy/policies/fault-injection.ts';

const options = (changes: Partial<FaultInjection>): FaultInjection => ({
  delay: null,
  abort: null,
  byHeader: false,
  failFirst: 0,
  failEvery: 0,
  ...changes,
});

const abort = { httpStatus: 418, grpcStatus: null, percentage: 100 };

describe('by percentage', () => {
  const faults = new FaultInjector(
    options({ delay: { fixedDelay: 200, percentage: 10 }, abort: { ...abort, percentage: 50 } }),
  );

  test('delay and abort hit independently of each other', () => {
    expect(faults.next([], 0.05, 0.4)).toMatchObject({ delay: 200, abort: { httpStatus: 418 } });
    expect(faults.next([], 0.1, 0.4)).toMatchObject({ delay: 0, abort: { httpStatus: 418 } });
    expect(faults.next([], 0.05, 0.5)).toEqual({ delay: 200, abort: null });
    expect(faults.next([], 0.1, 0.5)).toBeNull();
  });

  test('0 hits nothing, and 100 everything', () => {
    const none = new FaultInjector(options({ abort: { ...abort, percentage: 0 } }));
    const all = new FaultInjector(options({ abort }));
    expect(none.next([], 0, 0)).toBeNull();
    expect(all.next([], 0.999_999, 0.999_999)).not.toBeNull();
  });
});

describe('by header', () => {
  const asked = (headers: readonly string[], random = 0) =>
    new FaultInjector(options({ byHeader: true })).next(headers, random, random);

  test('a request asks for a delay, for an HTTP status, for a status of gRPC', () => {
    expect(asked(['X-Envoy-Fault-Delay-Request', '250'])).toEqual({ delay: 250, abort: null });
    expect(asked(['x-envoy-fault-abort-request', '503'])?.abort).toEqual({
      httpStatus: 503,
      grpcStatus: null,
    });
    expect(asked(['x-envoy-fault-abort-grpc-request', '14'])?.abort).toEqual({
      httpStatus: null,
      grpcStatus: 14,
    });
  });

  test('and for how many of such requests', () => {
    const delay = ['x-envoy-fault-delay-request', '250', 'x-envoy-fault-delay-request-percentage', '30'];
    const abortion = ['x-envoy-fault-abort-request', '503', 'x-envoy-fault-abort-request-percentage', '30'];
    for (const headers of [delay, abortion]) {
      expect(asked(headers, 0.29)).not.toBeNull();
      expect(asked(headers, 0.3)).toBeNull();
    }
  });

  test.each(['', 'soon', '-1', '1e3', '12345678901'])('a delay of %o is none', (value) => {
    expect(asked(['x-envoy-fault-delay-request', value])).toBeNull();
  });

  test.each(['199', '600', 'no'])('an HTTP status of %o is none', (value) => {
    expect(asked(['x-envoy-fault-abort-request', value])).toBeNull();
  });

  test('the HTTP status comes before the one of gRPC', () => {
    const both = ['x-envoy-fault-abort-grpc-request', '14', 'x-envoy-fault-abort-request', '500'];
    expect(asked(both)?.abort).toEqual({ httpStatus: 500, grpcStatus: null });
  });

  test('what a request asks for comes before the options', () => {
    const faults = new FaultInjector(options({ byHeader: true, abort }));
    expect(faults.next(['x-envoy-fault-abort-request', '500'], 0, 0)?.abort?.httpStatus).toBe(500);
    expect(faults.next([], 0, 0)?.abort?.httpStatus).toBe(418);
  });

  test('without byHeader nobody can ask', () => {
    const faults = new FaultInjector(options({}));
    expect(faults.next(['x-envoy-fault-abort-request', '500'], 0, 0)).toBeNull();
  });
});

describe('by count', () => {
  const failing = (changes: Partial<FaultInjection>, count: number): readonly boolean[] => {
    const faults = new FaultInjector(options(changes));
    return Array.from({ length: count }, () => faults.next([], 0.5, 0.5) !== null);
  };

  test('the first n fail', () => {
    expect(failing({ failFirst: 2 }, 4)).toEqual([true, true, false, false]);
  });

  test('every nth fails', () => {
    expect(failing({ failEvery: 3 }, 6)).toEqual([false, false, true, false, false, true]);
  });

  test('with 503, or with the status of the abort', () => {
    const plain = new FaultInjector(options({ failFirst: 1 }));
    const own = new FaultInjector(options({ failFirst: 1, abort: { ...abort, percentage: 0 } }));
    expect(plain.next([], 0, 0)?.abort?.httpStatus).toBe(503);
    expect(own.next([], 0, 0)?.abort?.httpStatus).toBe(418);
  });
});
