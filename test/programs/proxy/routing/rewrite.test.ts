import { describe, expect, it } from 'vitest';
import { locationOf, rewriteUrl } from '../../../../src/programs/proxy/routing/rewrite.ts';

describe('the path for an endpoint', () => {
  it.each([
    ['/foo/bar', '/foo', '/xyz', '/xyz/bar'],
    ['/foo/bar', '/foo', '/xyz/', '/xyz/bar'],
    ['/foo', '/foo', '/xyz', '/xyz'],
    ['/foo/', '/foo', '/xyz', '/xyz/'],
    ['/foo/bar', '/foo', '', '/bar'],
    ['/foo/', '/foo', '', '/'],
    ['/foo', '/foo', '', '/'],
    ['/foo/', '/foo', '/', '/'],
    ['/foo', '/foo', '/', '/'],
    ['/foo/bar?a=/foo', '/foo', '/xyz', '/xyz/bar?a=/foo'],
    ['/foo', '', '/xyz', '/xyz/foo'],
  ])('%s, with its prefix %s replaced by %o, is %s', (url, matched, prefix, rewritten) => {
    expect(rewriteUrl(url, { path: null, prefix }, matched)).toBe(rewritten);
  });

  it('is another one as a whole, with the query of the request', () => {
    expect(rewriteUrl('/a?b=1', { path: '/c', prefix: null }, '')).toBe('/c?b=1');
    expect(rewriteUrl('/a?b=1', { path: null, prefix: null }, '')).toBe('/a?b=1');
  });
});

describe('the location of a redirect', () => {
  const NOTHING = { scheme: null, hostname: null, port: null, path: null, prefix: null };
  it.each([
    [{}, 'http://localhost:3000/foo/bar?a=1'],
    [{ scheme: 'https' }, 'https://localhost/foo/bar?a=1'],
    [{ scheme: 'https', port: 8443 }, 'https://localhost:8443/foo/bar?a=1'],
    [{ scheme: 'https', port: 443 }, 'https://localhost/foo/bar?a=1'],
    [{ hostname: 'a.test' }, 'http://a.test:3000/foo/bar?a=1'],
    [{ port: 80 }, 'http://localhost/foo/bar?a=1'],
    [{ prefix: '/new' }, 'http://localhost:3000/new/bar?a=1'],
    [{ path: '/' }, 'http://localhost:3000/?a=1'],
  ] as const)('%o is %s', (redirect, location) => {
    const request = { scheme: 'http', authority: 'localhost:3000', url: '/foo/bar?a=1' } as const;
    expect(locationOf(request, { ...NOTHING, ...redirect }, '/foo')).toBe(location);
  });

  it('keeps the brackets of an IPv6 address', () => {
    const request = { scheme: 'http', authority: '[::1]:3000', url: '/' } as const;
    expect(locationOf(request, { ...NOTHING, port: 99 }, '')).toBe('http://[::1]:99/');
  });
});
