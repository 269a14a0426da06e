import { describe, expect, test } from 'vitest';
import { refusalOfSource, refusalOfToken } from '../../src/web/admission.ts';

const PORT = 8010;
const own = { host: `127.0.0.1:${PORT}` };

describe('a request to the page', () => {
  test.each([
    own,
    { host: `localhost:${PORT}` },
    { ...own, origin: `http://127.0.0.1:${PORT}` },
    { ...own, 'sec-fetch-site': 'same-origin' },
    { ...own, 'sec-fetch-site': 'none' },
  ])('is taken with %o', (headers) => {
    expect(refusalOfSource(headers, PORT)).toBe(null);
  });

  test.each([
    {},
    { host: '127.0.0.1' },
    { host: `127.0.0.1:${PORT + 1}` },
    { host: `evil.example:${PORT}` },
    { host: `127.0.0.1:${PORT}.evil.example` },
    { host: `[::1]:${PORT}` },
  ])('is refused with the host in %o', (headers) => {
    expect(refusalOfSource(headers, PORT)).toBe('foreign-host');
  });

  test.each([
    { ...own, origin: 'http://evil.example' },
    { ...own, origin: 'null' },
    { ...own, origin: `http://127.0.0.1:${PORT + 1}` },
    // It is the same machine, and another origin.
    { ...own, origin: `http://localhost:${PORT}` },
    { ...own, 'sec-fetch-site': 'cross-site' },
    { ...own, 'sec-fetch-site': 'same-site' },
  ])('is refused with the origin in %o', (headers) => {
    expect(refusalOfSource(headers, PORT)).toBe('foreign-origin');
  });

  test('needs the token, and no other one', () => {
    const refusal = (authorization?: string) =>
      refusalOfToken(authorization === undefined ? {} : { authorization }, 'right');
    expect(refusal('Bearer right')).toBe(null);
    expect(refusal('bearer right')).toBe(null);
    expect(refusal()).toBe('token-missing');
    expect(refusal('Bearer ')).toBe('token-missing');
    expect(refusal('Basic right')).toBe('token-missing');
    expect(refusal('Bearer wrong')).toBe('token-wrong');
    expect(refusal('Bearer righ')).toBe('token-wrong');
    expect(refusal('Bearer rightt')).toBe('token-wrong');
  });
});
