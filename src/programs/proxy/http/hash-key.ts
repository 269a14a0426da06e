import type { LoadBalancerOptions } from '../options.ts';
import { headerIn } from '../routing/raw-headers.ts';
import type { Downstream } from './downstream.ts';

/** What requests that go to the same endpoint have in common; `null`: nothing. */
export const hashKeyOf = (
  balancer: LoadBalancerOptions,
  { ip, headers, url }: Pick<Downstream, 'ip' | 'headers' | 'url'>,
): string | null => {
  if (balancer.type !== 'ConsistentHash') return null;
  const { by } = balancer;
  switch (by.type) {
    case 'SourceIP':
      return ip;
    case 'Header':
      return headerIn(headers, by.name.toLowerCase());
    case 'Cookie':
      return cookieIn(headerIn(headers, 'cookie') ?? '', by.name);
    case 'QueryParam':
      return new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length)).get(by.name);
  }
};

const cookieIn = (cookies: string, name: string): string | null => {
  for (const cookie of cookies.split(/[;,]\s*/))
    if (cookie.startsWith(`${name}=`)) return cookie.slice(name.length + 1);
  return null;
};
