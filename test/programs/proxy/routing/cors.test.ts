import { describe, expect, it } from 'vitest';
import type { CorsOptions } from '../../../../src/programs/proxy/options.ts';
import { compileCors } from '../../../../src/programs/proxy/routing/cors.ts';

const cors = (changes: Partial<CorsOptions>) =>
  compileCors({
    ...{ allowOrigins: ['https://app.test'], allowMethods: ['GET', 'PUT'], allowHeaders: ['x-a'] },
    ...{ exposeHeaders: [], allowCredentials: false, maxAge: 5 },
    ...changes,
  });

const preflight = (
  options: Partial<CorsOptions>,
  { origin = 'https://app.test', method = 'OPTIONS', asks = 'PUT' as string | null } = {},
) =>
  cors(options).preflight({
    ...{ method, url: '/' },
    headers: [
      ...['Origin', origin],
      ...(asks === null ? [] : ['Access-Control-Request-Method', asks]),
      ...['Access-Control-Request-Headers', 'x-b'],
    ],
  });

const asRecord = (headers: readonly string[] | null) =>
  headers === null
    ? null
    : Object.fromEntries(
        headers.flatMap((name, at) =>
          at % 2 === 0 ? [[name.replace('access-control-', ''), headers[at + 1]]] : [],
        ),
      );

describe('a preflight request', () => {
  it('is answered with what is allowed', () => {
    expect(asRecord(preflight({}))).toEqual({
      'allow-origin': 'https://app.test',
      'allow-methods': 'GET, PUT',
      'allow-headers': 'x-a',
      'max-age': '5',
      vary: 'origin',
    });
  });

  it('is the same for everybody where everything is allowed', () => {
    const all = { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'] };
    expect(asRecord(preflight(all))).toEqual({
      ...{ 'allow-origin': '*', 'allow-methods': '*', 'allow-headers': '*', 'max-age': '5' },
    });
  });

  it('with credentials names what it asked for in place of a star, which browsers would refuse', () => {
    const all = { allowOrigins: ['*'], allowMethods: ['*'], allowHeaders: ['*'], allowCredentials: true };
    expect(asRecord(preflight(all))).toEqual({
      'allow-origin': 'https://app.test',
      'allow-credentials': 'true',
      'allow-methods': 'PUT',
      'allow-headers': 'x-b',
      'max-age': '5',
      vary: 'origin',
    });
  });

  it('goes on to the app if it is none, or its origin is not allowed', () => {
    expect(preflight({}, { method: 'GET' })).toBeNull();
    expect(preflight({}, { asks: null })).toBeNull();
    expect(preflight({}, { origin: 'https://evil.test' })).toBeNull();
  });

  it.each([
    ['https://*.app.test', 'https://a.app.test', true],
    ['https://*.app.test', 'https://a.b.app.test', true],
    ['https://*.app.test', 'https://app.test', false],
    ['https://*.app.test', 'https://a.app.test.evil', false],
    ['https://*.app.test', 'https://axapp.test', false],
    ['https://*.app.test', 'http://a.app.test', false],
    ['http://localhost:*', 'http://localhost:5173', true],
    ['https://App.test', 'https://app.test', true],
    ['null', 'null', true],
  ])('where %s is allowed, from %s: %s', (allowed, origin, isAllowed) => {
    expect(preflight({ allowOrigins: [allowed] }, { origin }) !== null).toBe(isAllowed);
  });
});

describe('a response', () => {
  const allow = (options: Partial<CorsOptions>, response: readonly string[], origin = 'https://app.test') =>
    cors(options).allow({ method: 'GET', url: '/', headers: ['origin', origin] }, response);

  it('allows the origin in place of the app', () => {
    expect(
      allow({ exposeHeaders: ['x-b', 'x-c'], allowCredentials: true }, [
        ...['Access-Control-Allow-Origin', '*', 'x-b', '1'],
      ]),
    ).toEqual([
      ...['x-b', '1', 'access-control-allow-origin', 'https://app.test'],
      ...['access-control-allow-credentials', 'true', 'access-control-expose-headers', 'x-b, x-c'],
      ...['vary', 'origin'],
    ]);
  });

  it('to another origin stays as it is, and caches learn that origins differ', () => {
    expect(allow({}, ['x-b', '1'], 'https://evil.test')).toEqual(['x-b', '1', 'vary', 'origin']);
  });
});
